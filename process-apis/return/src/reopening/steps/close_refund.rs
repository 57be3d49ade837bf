//! Settles the refund leg with what a person paid, and closes the return where nothing else is open.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crate::settlement::steps::{leg_settled, return_closed};
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_return_contract::{Leg, Return};
use sys_erp_contract::{DocumentKind, ErpClient};

pub(crate) struct CloseRefund(ErpClient);

impl CloseRefund {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Returning> for CloseRefund {
    const NAME: &'static str = "close-refund";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    /// The entry, read back from the ERP.
    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<ExternalRef, Fault> {
        let entry = records::by_hand_entry(state.returned.id);
        let erp = self.0.pinned_to(&state.returned.pins.erp_finance);
        let kind = DocumentKind::JournalEntry;
        let entry = erp.document(&delivery.context, kind, &entry).await?;
        let entry = entry.ok_or_else(|| Fault::Retry {
            after: None,
            why: "the entry of the payment cannot be read back yet".into(),
        })?;
        Ok(entry.posted.reference)
    }

    fn record(state: &mut Returning, entry: ExternalRef) {
        state.returned.legs.refund = Leg {
            not_needed: false,
            references: state.by_hand().into_iter().chain([entry]).collect(),
        };
    }

    fn reads(state: &Returning) -> Vec<RecordRef> {
        vec![records::of_return(state.returned.id)]
    }

    fn changes(state: &Returning, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::of_return(state.returned.id);
        let (version, mut returned) = loaded.need::<Return>(&record)?;
        returned.legs.refund.clone_from(&state.returned.legs.refund);
        let closes = returned.close(moment.now);
        let mut events = vec![leg_settled(
            &returned,
            "refund",
            &returned.legs.refund,
            moment,
        )?];
        if closes {
            events.push(return_closed(&returned, moment)?);
        }
        Ok(Changes {
            records: vec![moment.update(&record, version, &returned)?],
            events,
            answer: None,
        })
    }
}
