//! An API's feed as the handlers of its routes share it.

use crossdock_model::{Caller, Clock, Subject};
use crossdock_store::Store;
use std::sync::Arc;

/// The tenant under which our own subscriptions read for all retailers.
pub(crate) const EVERY_TENANT: &str = "*";

/// The feed of one API, in the store that its events are written to.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) name: &'static str,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Feed {
    /// Whether one of our own subscriptions asks, which reads for all retailers.
    pub(crate) fn is_read_for_all(caller: &Caller) -> bool {
        caller.subject == Subject::Workflow && caller.tenant.as_str() == EVERY_TENANT
    }
}
