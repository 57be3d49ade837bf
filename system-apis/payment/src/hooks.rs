//! Webhooks of payment providers: believed when signed, taken once, told on as events.

use crate::App;
use crate::port::{Notice, Outcome};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use crossdock_events::{Inbox, Intake, Message};
use crossdock_model::Fault;
use crossdock_model::event::{PaymentRefundFailed, PaymentSettled};
use crossdock_problem::{Code, Path, Problem};
use crossdock_store::{Changes, MessageId};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The kind of record that events of this feed are about: one payment at the provider.
const RECORD: &str = "payment";
/// Its business key.
const KEY: &str = "provider-payment";

/// What a webhook is taken with: the connectors that sign it, the inbox that remembers it.
#[derive(Debug)]
pub(crate) struct Hooks {
    pub(crate) app: Arc<App>,
    pub(crate) inbox: Inbox,
}

pub(crate) fn routes(hooks: Hooks) -> Router {
    Router::new()
        .route("/{connector}", post(receive))
        .with_state(Arc::new(hooks))
}

async fn receive(
    State(hooks): State<Arc<Hooks>>,
    Path(connector): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let (name, backend) = hooks.app.named(&connector)?;
    let verified = backend
        .verifier()
        .verify(&headers, &body, hooks.app.clock().now())
        .map_err(|error| Problem::new(Code::SignatureInvalid, error.to_string()))?;
    let Some(notice) = backend.notice(&body)? else {
        return Ok(StatusCode::NO_CONTENT);
    };
    let message = Message {
        id: MessageId {
            source: name.as_str().into(),
            id: verified.id.into(),
        },
        tenant: notice.tenant.clone(),
        partition: notice.order.clone(),
        correlation: notice.correlation.clone(),
    };
    let taken = hooks.inbox.take(message, |intake| changes(intake, &notice));
    taken.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is known of one payment's captures and refunds, by the provider's ids.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Transactions {
    documents: BTreeMap<String, End>,
}

/// How a capture or refund ended; an end is never taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum End {
    Settled,
    Failed,
}

/// The payment's next version with its event, or nothing when the end was known.
fn changes(intake: &Intake<'_>, notice: &Notice) -> Result<Changes, Fault> {
    // Ids of two connectors may look alike.
    let key = format!("{}/{}", notice.reference.system, notice.payment);
    let payment = intake.object::<Transactions>(RECORD, KEY, &key)?;
    let mut state = payment.state.clone().unwrap_or_default();
    let document = format!("{}/{}", notice.reference.kind, notice.reference.value);
    if state.documents.contains_key(&document) {
        return Ok(Changes::none());
    }
    let (end, event) = match &notice.outcome {
        Outcome::Settled(at) => {
            let settled = PaymentSettled {
                order_reference: notice.order.clone(),
                document: notice.document.clone(),
                payment: notice.payment.clone(),
                kind: notice.kind,
                reference: notice.reference.clone(),
                amount: notice.amount,
                settled_at: *at,
            };
            (End::Settled, intake.event(&payment, &settled)?)
        }
        Outcome::Failed(reason) => {
            let failed = PaymentRefundFailed {
                order_reference: notice.order.clone(),
                document: notice.document.clone(),
                payment: notice.payment.clone(),
                reference: notice.reference.clone(),
                amount: notice.amount,
                reason: reason.clone(),
            };
            (End::Failed, intake.event(&payment, &failed)?)
        }
    };
    state.documents.insert(document, end);
    Ok(Changes {
        records: vec![payment.write(&state)?],
        events: vec![event],
        answer: None,
    })
}
