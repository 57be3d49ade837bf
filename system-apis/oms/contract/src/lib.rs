//! The canonical contract of the OMS system API: stock to promise, reservations, orders, fulfilment, receipts.

mod abilities;
mod availability;
mod client;
mod fulfilment;
mod line_cancellation;
mod order;
mod receipt;
mod reservation;

pub use abilities::{OmsAbilities, ShipGate};
pub use availability::Availability;
pub use client::OmsClient;
pub use fulfilment::{
    AuthoriseShipment, FulfilmentLine, FulfilmentOrder, FulfilmentState, Pick, PickedLine, Reject,
    Ship, Shipment,
};
pub use line_cancellation::{CancelLines, CancelledLines, LineToCancel};
pub use order::{CancelOrder, Cancelled, CreateOrder, OmsLine, OmsOrder, OmsOrderState};
pub use receipt::{Disposition, Receipt, ReceiptLine, ReceiveReturn, ReturnLine};
pub use reservation::{
    ExtendReservation, FulfilmentMode, Release, Released, Reservation, ReservationState, Reserve,
    ReservedLine, WantedLine,
};

/// The name of this API: of its route, its feed and its scopes.
pub const API: crossdock_model::ApiId = crossdock_model::ApiId::system("oms");
