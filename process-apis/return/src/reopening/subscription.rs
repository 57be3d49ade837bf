//! Starts `reopen-refund` where a refund failed that had settled.

use crate::deps::Deps;
use crate::reopening::NAME;
use crate::settlement::state::Returning;
use crossdock_events::{CloudEvent, Handled};
use crossdock_model::event::PaymentRefundFailed;
use crossdock_model::{Fault, InstanceId};
use crossdock_store::{Cause, MessageId};
use crossdock_workflow::{StartError, StartRequest};
use proc_return_contract::Return;

/// Starts the workflow, once for each refund. What a person paid by hand does not come back with the refund.
pub(crate) async fn reopen(
    deps: &Deps,
    event: &CloudEvent,
    returned: Return,
    failed: PaymentRefundFailed,
) -> Result<Handled, Fault> {
    if returned.paid_by_hand.is_some() {
        return Ok(Handled::Done);
    }
    let key = format!("{}/{}", returned.id, failed.reference.value);
    let (partition, correlation) = (returned.order_id.to_string(), returned.correlation.clone());
    let state = Returning::reopened(returned, failed.reference, failed.reason);
    let request = StartRequest {
        workflow: NAME,
        id: InstanceId(deps.ids.next(deps.desk.clock.now())),
        key: key.into(),
        partition: &partition,
        state: &state,
        records: Vec::new(),
        cause: Cause {
            tenant: event.tenant.clone(),
            caller: "crossdock".into(),
            operation: "return.reopen-refund".into(),
            correlation,
            traceparent: None,
            claim: None,
        },
        inbox: Some(MessageId {
            source: "return/payment".into(),
            id: event.id.to_string().into(),
        }),
    };
    match deps.desk.engine.start(request).await {
        Ok(_new_or_attached) => Ok(Handled::Done),
        Err(StartError::Seen) => Ok(Handled::Done),
        Err(error) => Err(Fault::Retry {
            after: None,
            why: error.to_string(),
        }),
    }
}
