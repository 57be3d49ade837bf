//! The steps that only a captured order needs, one a file.

mod reconcile_tenders;

pub(crate) use reconcile_tenders::ReconcileTenders;
