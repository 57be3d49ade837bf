//! Members of a JSON answer, as a command shows them.

use serde_json::Value;

/// A member of an answer as text; empty where there is none.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The items of a member that is a list; none where there is none.
pub(crate) fn items(found: &Value, member: &str) -> Vec<Value> {
    found
        .get(member)
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

/// An amount with its currency.
pub(crate) fn money(value: &Value, pointer: &str) -> String {
    let amount = text(value, &format!("{pointer}/amount"));
    format!("{amount} {}", text(value, &format!("{pointer}/currency")))
}
