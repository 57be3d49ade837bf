//! One step a file: what it asks of a system, how it is taken back, what it reports.

pub(crate) mod accrue_pending;
pub(crate) mod authorise_payment;
pub(crate) mod authorise_shipment;
pub(crate) mod await_shipped;
pub(crate) mod cancel_accrual;
pub(crate) mod cancel_at_oms;
pub(crate) mod cancel_sales_order;
pub(crate) mod capture_payment;
pub(crate) mod check_backorder;
pub(crate) mod commit_tax;
pub(crate) mod confirm_burn;
pub(crate) mod create_oms_order;
pub(crate) mod hold_points;
pub(crate) mod pack_units;
pub(crate) mod place;
pub(crate) mod post_goods_issue;
pub(crate) mod post_invoice;
pub(crate) mod post_sales_order;
pub(crate) mod reconcile_tenders;
pub(crate) mod record_cancellation;
pub(crate) mod reserve_stock;
pub(crate) mod restore_burn;
pub(crate) mod void_payment;
