//! How a buyer can be reached about one order.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the buyer gave with the order, a guest too. Neither is kept: the order is found by hashes of them. An empty text is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Contact {
    /// The e-mail address, in any case of letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254, example = "ada@example.com")]
    pub email: Option<String>,
    /// The phone number with its country code, however it is spaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 32, example = "+1 512 555 0101")]
    pub phone: Option<String>,
}
