//! The order's workflows: each file is an ordered list of steps, readable aloud.

pub(crate) mod accept_captured;
pub(crate) mod cancel_order;
pub(crate) mod fulfil_shipment;
pub(crate) mod place_order;
