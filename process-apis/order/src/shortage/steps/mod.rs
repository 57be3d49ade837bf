//! The steps of a shortage, one a file.

mod await_count;
mod cancel_backordered;
mod record_shortage;

pub(crate) use await_count::AwaitCount;
pub(crate) use cancel_backordered::CancelBackordered;
pub(crate) use record_shortage::RecordShortage;
