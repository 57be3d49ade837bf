//! What placing writes when it starts or is refused: the order RECEIVED, the order REJECTED with its answer.

use crate::personal_data::{self, PersonalData, Purposeless};
use crate::placing::reference::unique_reference;
use crate::placing::{events, state::Placing};
use crate::{records, search};
use crossdock_desk::refusal_answer;
use crossdock_model::Refusal;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Lifecycle, Loaded, Moment};
use proc_order_contract::{Lifecycle as OrderLifecycle, Order};

pub(crate) struct PlacingHooks;

impl Lifecycle<Placing> for PlacingHooks {
    fn reads(&self, state: &Placing) -> Vec<RecordRef> {
        let id = state.order.id;
        vec![records::order(id), PersonalData::record(id)]
    }

    fn started(
        &self,
        state: &Placing,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let record = records::order(state.order.id);
        let key = unique_reference(&state.order);
        let created = moment.create(&record, &state.order, vec![("channel-ref", key)])?;
        Ok(Changes {
            records: vec![created.found_by(search::received(&state.order, &state.personal))],
            events: vec![events::received(moment, &record, &state.order)?],
            answer: None,
        })
    }

    fn refused(
        &self,
        state: &Placing,
        refusal: &Refusal,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let record = records::order(state.order.id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.lifecycle = OrderLifecycle::Rejected;
        order.rejected = Some(refusal.clone());
        let mut records = vec![moment.update(&record, version, &order)?];
        // Nothing of it goes anywhere: what was known for it has no purpose left.
        let why = Purposeless::Refused;
        records.extend(personal_data::erased(order.id, why, loaded, moment)?);
        Ok(Changes {
            records,
            events: vec![events::rejected(moment, &record, &order, refusal)?],
            answer: Some(refusal_answer(refusal)?),
        })
    }
}
