//! What a payment provider can do, in canonical terms.

use async_trait::async_trait;
use crossdock_events::webhook::Verifier;
use crossdock_model::event::SettlementKind;
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

    /// What a webhook with a good signature reports; none when nobody here waits for it.
    fn notification(&self, id: String, body: &[u8]) -> Result<Option<Notification>, Fault>;

    /// What its webhooks told since a mark of an earlier answer, oldest first, with their ids; without a mark, all that it keeps.
    async fn told_since(
        &self,
        _mark: Option<&str>,
        _which: Which,
    ) -> Result<Told<Notification>, Fault> {
        Ok(Told::Unsupported)
    }
}

/// What became of a capture or a refund after it was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notification {
    /// The provider's id of the message, by which repetitions are dropped.
    pub(crate) id: String,
    pub(crate) tenant: Tenant,
    pub(crate) correlation: Option<Correlation>,
    /// Our id of the order that was paid.
    pub(crate) order: String,
    /// Our reference of the shipment or return.
    pub(crate) document: String,
    /// The provider's id of the payment.
    pub(crate) payment: String,
    pub(crate) kind: SettlementKind,
    pub(crate) reference: ExternalRef,
    pub(crate) amount: Money,
    pub(crate) outcome: Outcome,
}

/// Whether the money has arrived, and since when, or why it never will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Settled(Timestamp),
    Failed(String),
}
