//! What an order's workflows write about their own lives: received, rejected, not cancelled; whose case trouble is.

use crate::records::{FEED, order as order_record};
use crate::workflows::cancel_order::Cancelling;
use crate::workflows::fulfil_shipment::Fulfilling;
use crate::workflows::place_order::Placing;
use crossdock_desk::{Case, Concerns, refusal_answer};
use crossdock_model::event::CancellationRefused;
use crossdock_model::{OrderId, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Lifecycle as Life, Loaded, Moment};
use proc_order_contract::{Lifecycle, Order};

/// The life of placing: RECEIVED with the start, REJECTED with the problem as the answer.
pub(crate) struct PlacingLife;

impl Life<Placing> for PlacingLife {
    fn reads(&self, state: &Placing) -> Vec<RecordRef> {
        vec![order_record(state.order.id)]
    }

    fn started(
        &self,
        state: &Placing,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let record = order_record(state.order.id);
        let key = crate::intake::unique_reference(&state.order);
        Ok(Changes {
            records: vec![moment.create(&record, &state.order, vec![("channel-ref", key)])?],
            events: vec![crate::events::received(moment, &record, &state.order)?],
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
        let record = order_record(state.order.id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.lifecycle = Lifecycle::Rejected;
        order.rejected = Some(refusal.clone());
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            events: vec![crate::events::rejected(moment, &record, &order, refusal)?],
            answer: Some(refusal_answer(refusal)?),
        })
    }
}

/// The life of a cancellation: a refusal is an answer and an event, and the order goes on.
pub(crate) struct CancellingLife;

impl Life<Cancelling> for CancellingLife {
    fn reads(&self, state: &Cancelling) -> Vec<RecordRef> {
        vec![order_record(state.order.id)]
    }

    fn refused(
        &self,
        state: &Cancelling,
        refusal: &Refusal,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let record = order_record(state.order.id);
        let (version, order) = loaded.need::<Order>(&record)?;
        let data = CancellationRefused {
            order_id: order.id,
            reason: refusal.detail.clone(),
        };
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            events: vec![moment.event(FEED, &record, "CancellationRefused", &data)?],
            answer: Some(refusal_answer(refusal)?),
        })
    }
}

impl Concerns for Placing {
    fn case(&self) -> Case {
        case(self.order.id)
    }
}

impl Concerns for Fulfilling {
    fn case(&self) -> Case {
        case(self.order.id)
    }
}

impl Concerns for Cancelling {
    fn case(&self) -> Case {
        case(self.order.id)
    }
}

fn case(order: OrderId) -> Case {
    Case {
        feed: FEED,
        order,
        return_id: None,
    }
}
