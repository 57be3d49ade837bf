//! What an order's workflows write about their own lives: received, rejected, stuck, going on.

use crate::records::{FEED, order as order_record};
use crate::workflows::cancel_order::Cancelling;
use crate::workflows::fulfil_shipment::Fulfilling;
use crate::workflows::place_order::Placing;
use crossdock_desk::{Case, refusal_answer};
use crossdock_model::event::CancellationRefused;
use crossdock_model::{OrderId, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Lifecycle as Life, Loaded, Moment, Parked, Resumed, State};
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

    fn parked(
        &self,
        state: &Placing,
        parked: &Parked,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        case(state.order.id).opened(moment, state.at_risk(), parked)
    }

    fn resumed(
        &self,
        state: &Placing,
        resumed: &Resumed,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        case(state.order.id).resolved(moment, resumed)
    }
}

/// The life of a shipment: only trouble is worth a word.
pub(crate) struct FulfillingLife;

impl Life<Fulfilling> for FulfillingLife {
    fn parked(
        &self,
        state: &Fulfilling,
        parked: &Parked,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        case(state.order.id).opened(moment, state.at_risk(), parked)
    }

    fn resumed(
        &self,
        state: &Fulfilling,
        resumed: &Resumed,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        case(state.order.id).resolved(moment, resumed)
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

    fn parked(
        &self,
        state: &Cancelling,
        parked: &Parked,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        case(state.order.id).opened(moment, state.at_risk(), parked)
    }

    fn resumed(
        &self,
        state: &Cancelling,
        resumed: &Resumed,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        case(state.order.id).resolved(moment, resumed)
    }
}

fn case(order: OrderId) -> Case {
    Case {
        feed: FEED,
        order,
        return_id: None,
    }
}
