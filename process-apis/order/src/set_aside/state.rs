//! What the workflow knows about a message that nobody could use.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::ConnectorName;
use crossdock_workflow::State;
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `resolve-webhook` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetAside {
    /// The connector whose provider sent it.
    pub(crate) connector: ConnectorName,
    /// The provider's id of the message.
    pub(crate) message: String,
    /// What it is about, by the provider's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) about: Option<String>,
}

impl State for SetAside {}

impl HasCase for SetAside {
    fn case(&self) -> Case {
        Case::without_order(FEED)
    }
}
