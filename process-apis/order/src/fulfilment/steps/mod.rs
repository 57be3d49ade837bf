//! The steps of a shipment, one a file.

mod acknowledge_packing;
mod authorise_shipment;
mod await_shipped;
mod capture_payment;
mod commit_tax;
mod pack_units;
mod post_goods_issue;
mod post_invoice;
mod release_rest;

pub(crate) use acknowledge_packing::AcknowledgePacking;
pub(crate) use authorise_shipment::AuthoriseShipment;
pub(crate) use await_shipped::{AwaitShipped, ShippedSignal};
pub(crate) use capture_payment::CapturePayment;
pub(crate) use commit_tax::CommitTax;
pub(crate) use pack_units::PackUnits;
pub(crate) use post_goods_issue::PostGoodsIssue;
pub(crate) use post_invoice::PostInvoice;
pub(crate) use release_rest::ReleaseRest;
