//! The steps of a maturity, one a file.

mod mature_points;
mod record_settlement;

pub(crate) use mature_points::MaturePoints;
pub(crate) use record_settlement::RecordSettlement;
