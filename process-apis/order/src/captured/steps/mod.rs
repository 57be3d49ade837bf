//! The steps that only a captured order needs, one a file.

mod check_backorder;
mod reconcile_tenders;

pub(crate) use check_backorder::CheckBackorder;
pub(crate) use reconcile_tenders::ReconcileTenders;
