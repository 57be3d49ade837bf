//! What the OMS system API needs of an order management system, in canonical terms.

use async_trait::async_trait;
use crossdock_model::{Correlation, Delivery, Fault, LineId, Quantity, Sku, Tenant, Timestamp};
use crossdock_outbound::{Ability, Lookup};
use crossdock_system::{Told, Which};
use http::HeaderMap;
use std::fmt;
use sys_oms_contract::{
    AuthoriseShipment, Availability, CancelLines, CancelOrder, Cancelled, CancelledLines,
    CreateOrder, ExtendReservation, FulfilmentOrder, OmsOrder, Pick, Receipt, ReceiveReturn,
    Reject, Release, Released, Reservation, Reserve, Ship, ShipGate,
};

/// An order management system. Writes are identified by the delivery; looking up what is not there is none.
#[async_trait]
pub(crate) trait OmsBackend: fmt::Debug + Send + Sync {
    /// How it keeps one effect one, and what else it declares of itself.
    fn abilities(&self) -> Abilities;

    /// Sellable stock of those SKUs wherever it is.
    async fn availability(&self, skus: &[Sku]) -> Result<Vec<Availability>, Fault>;

    /// The reservation of an order.
    async fn find_reservation(&self, tenant: &Tenant, order: &str) -> Lookup<Reservation>;

    /// An order, by our reference of it.
    async fn find_order(&self, tenant: &Tenant, order: &str) -> Lookup<OmsOrder>;

    /// A fulfilment order by its number there.
    async fn find_fulfilment(&self, tenant: &Tenant, number: &str) -> Lookup<FulfilmentOrder>;

    /// A line cancellation, by our reference of it.
    async fn find_line_cancellation(
        &self,
        tenant: &Tenant,
        reference: &str,
    ) -> Lookup<CancelledLines>;

    /// The receipt of a return.
    async fn find_receipt(&self, tenant: &Tenant, return_id: &str) -> Lookup<Receipt>;

    /// Reserves stock for an order.
    async fn reserve(&self, to: &Delivery, reserve: &Reserve) -> Result<Reservation, Fault>;

    /// Extends the reservation of an order; one that has lapsed is taken again. Never answers one whose time is over.
    async fn extend(&self, to: &Delivery, extend: &ExtendReservation)
    -> Result<Reservation, Fault>;

    /// Releases the reservation of an order.
    async fn release(&self, to: &Delivery, release: &Release) -> Result<Released, Fault>;

    /// Takes a placed order on.
    async fn create_order(&self, to: &Delivery, create: &CreateOrder) -> Result<OmsOrder, Fault>;

    /// Cancels an order that is packed nowhere.
    async fn cancel_order(&self, to: &Delivery, cancel: &CancelOrder) -> Result<Cancelled, Fault>;

    /// Gives up units of an order that are not packed: all that are named, or none.
    async fn cancel_lines(
        &self,
        to: &Delivery,
        cancel: &CancelLines,
    ) -> Result<CancelledLines, Fault>;

    /// Lets a packed fulfilment order ship.
    async fn authorise(
        &self,
        to: &Delivery,
        authorise: &AuthoriseShipment,
    ) -> Result<FulfilmentOrder, Fault>;

    /// Does a step of the work that people at the location do.
    async fn work(
        &self,
        to: &Delivery,
        number: &str,
        step: &Step,
    ) -> Result<FulfilmentOrder, Fault>;

    /// Receives returned goods into stock.
    async fn receive(&self, to: &Delivery, receive: &ReceiveReturn) -> Result<Receipt, Fault>;

    /// Reads a webhook after checking that it is genuine; `signature_invalid` when it is not.
    fn notification(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Notification, Fault>;

    /// What its webhooks told since a mark of an earlier answer, oldest first, with their ids; without a mark, all that it keeps.
    async fn told_since(
        &self,
        _mark: Option<&str>,
        _which: Which,
    ) -> Result<Told<Notification>, Fault> {
        Ok(Told::Unsupported)
    }
}

/// How the system keeps one effect one, operation by operation, and what it can do beside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abilities {
    pub(crate) reserve: Ability,
    pub(crate) extend: Ability,
    pub(crate) release: Ability,
    pub(crate) create_order: Ability,
    pub(crate) cancel_order: Ability,
    pub(crate) cancel_lines: Ability,
    pub(crate) authorise: Ability,
    pub(crate) work: Ability,
    pub(crate) receive: Ability,
    pub(crate) ship_gate: ShipGate,
    pub(crate) tombstones: bool,
    pub(crate) reservation_seconds: u32,
}

/// A step of the work on a fulfilment order.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Accept,
    Reject(Reject),
    Pick(Pick),
    Pack,
    Ship(Ship),
}

/// What a webhook of an OMS reports about a fulfilment order.
#[derive(Debug, Clone)]
pub(crate) struct Notification {
    /// The OMS's id of the message, by which repetitions are dropped.
    pub(crate) id: String,
    pub(crate) tenant: Tenant,
    pub(crate) correlation: Option<Correlation>,
    pub(crate) change: FulfilmentChange,
    pub(crate) fulfilment: FulfilmentOrder,
    /// Units that were not found.
    pub(crate) missing: Vec<Missing>,
    /// Units that no other location has: they wait for stock.
    pub(crate) backordered: Vec<Missing>,
}

/// What happened to a fulfilment order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FulfilmentChange {
    Requested,
    Accepted,
    Rejected,
    ShortPicked,
    Picked,
    Packed,
    Shipped,
}

/// Units of a line that were not found.
#[derive(Debug, Clone)]
pub(crate) struct Missing {
    pub(crate) line: LineId,
    pub(crate) sku: Sku,
    pub(crate) quantity: Quantity,
}
