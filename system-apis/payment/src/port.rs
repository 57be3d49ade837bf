//! What a payment provider can do, in canonical terms.

use async_trait::async_trait;
use crossdock_events::webhook::Verifier;
use crossdock_model::event::{DisputeOutcome, SettlementKind};
use crossdock_model::{Correlation, Delivery, ExternalRef, Fault, Money, Tenant, Timestamp};
use crossdock_outbound::{Ability, Lookup};
use crossdock_system::{Told, Which};
use std::fmt;
use sys_payment_contract::{Authorise, Capture, Captured, Payment, Refund, Refunded, Void, Voided};

/// How the provider keeps each effect one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abilities {
    pub(crate) authorise: Ability,
    pub(crate) capture: Ability,
    pub(crate) void: Ability,
    pub(crate) refund: Ability,
}

/// A connected payment provider; looking up what is not there is none.
#[async_trait]
pub(crate) trait PaymentBackend: fmt::Debug + Send + Sync {
    fn abilities(&self) -> Abilities;

    async fn authorise(&self, delivery: &Delivery, request: &Authorise) -> Result<Payment, Fault>;

    async fn capture(&self, delivery: &Delivery, request: &Capture) -> Result<Captured, Fault>;

    /// Leaves a tombstone that refuses an authorisation of the order that comes later.
    async fn void(&self, delivery: &Delivery, request: &Void) -> Result<Voided, Fault>;

    async fn refund(&self, delivery: &Delivery, request: &Refund) -> Result<Refunded, Fault>;

    /// A standing authorisation of that very amount.
    async fn authorised(&self, tenant: &Tenant, request: &Authorise) -> Lookup<Payment>;

    async fn payment(&self, tenant: &Tenant, order: &str) -> Lookup<Payment>;

    async fn capture_by(&self, tenant: &Tenant, reference: &str) -> Lookup<Captured>;

    async fn refund_by(&self, tenant: &Tenant, reference: &str) -> Lookup<Refunded>;

    /// What checks the signature of its webhooks.
    fn verifier(&self) -> &Verifier;

    /// What a webhook with a good signature reports; none for what the adapter names as of no interest. A fault is what
    /// nobody can use: it is kept and a person is asked, for it may be about money.
    fn notification(&self, id: String, body: &[u8]) -> Result<Option<Notification>, Fault>;

    /// As much of a webhook that cannot be used as can be read.
    fn outline(&self, body: &[u8]) -> Outline;

    /// What its webhooks told since a mark of an earlier answer, oldest first, with their ids; without a mark, all that it keeps.
    async fn told_since(
        &self,
        _mark: Option<&str>,
        _which: Which,
    ) -> Result<Told<Received>, Fault> {
        Ok(Told::Unsupported)
    }
}

/// What is to be done with a message of the provider's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Received {
    /// It says something about a payment.
    News(Notification),
    /// Nobody can use it: it is kept for a person.
    Unusable(Unusable),
}

impl Received {
    /// Reads a message as its backend does; none for what is of no interest.
    pub(crate) fn read(backend: &dyn PaymentBackend, id: String, body: &[u8]) -> Option<Self> {
        match backend.notification(id.clone(), body) {
            Ok(notification) => notification.map(Self::News),
            Err(fault) => Some(Self::Unusable(Unusable {
                id,
                outline: backend.outline(body),
                body: String::from_utf8_lossy(body).into_owned(),
                why: fault.to_string(),
            })),
        }
    }
}

/// A message with a good signature that the adapter cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unusable {
    /// The provider's id of the message.
    pub(crate) id: String,
    pub(crate) outline: Outline,
    pub(crate) body: String,
    pub(crate) why: String,
}

/// What can be read of a message that cannot be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) tenant: Option<Tenant>,
    /// What it is about, by the provider's own word: `payout.failed`.
    pub(crate) about: Option<String>,
}

/// What happened to a payment after it was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notification {
    /// The provider's id of the message, by which repetitions are dropped.
    pub(crate) id: String,
    pub(crate) tenant: Tenant,
    pub(crate) correlation: Option<Correlation>,
    /// Our id of the order that was paid.
    pub(crate) order: String,
    /// The provider's id of the payment.
    pub(crate) payment: String,
    /// The provider's reference of the capture, refund or dispute.
    pub(crate) reference: ExternalRef,
    pub(crate) amount: Money,
    pub(crate) news: News,
}

/// What happened to a capture, a refund or a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    /// The money has arrived.
    Settled {
        kind: SettlementKind,
        /// The reference that it was asked for with: ours of the shipment or return, or anybody's.
        document: String,
        at: Timestamp,
    },
    /// The money of a refund came back, even after it had settled.
    RefundFailed {
        document: String,
        reason: String,
    },
    DisputeOpened {
        reason: String,
        evidence_due_by: Timestamp,
    },
    DisputeClosed(DecidedDispute),
}

/// How the cardholder's bank decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DecidedDispute {
    pub(crate) reason: String,
    pub(crate) outcome: DisputeOutcome,
    /// What is charged beside the amount.
    pub(crate) fee: Money,
    pub(crate) at: Timestamp,
}
