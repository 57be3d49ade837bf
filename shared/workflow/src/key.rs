//! The deterministic key of one effect.

use aws_lc_rs::digest::{SHA256, digest};
use crossdock_model::{InstanceId, StepKey};
use data_encoding::{BASE32HEX_NOPAD, Encoding, Specification};
use std::sync::LazyLock;

/// Base32hex in lower case: sorts like the bytes, and can be read out over a telephone.
static LOWER: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str("0123456789abcdefghijklmnopqrstuv");
    specification.encoding().unwrap_or(BASE32HEX_NOPAD)
});

/// `{instance}-{8 characters of hash(node, direction, intent)}`: the same for all attempts and restarts.
///
/// Nodes do not repeat within an instance, so the iteration is always 0 and left out of the hash's input.
pub(crate) fn step_key(instance: InstanceId, node: &str, undo: bool, intent: u32) -> StepKey {
    let direction = if undo { "undo" } else { "do" };
    let hash = digest(&SHA256, format!("{node}/{direction}/{intent}").as_bytes());
    let mut text = String::with_capacity(35);
    LOWER.encode_append(instance.0.as_bytes(), &mut text);
    text.push('-');
    text.extend(LOWER.encode(hash.as_ref()).chars().take(8));
    StepKey(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::{Ids, Timestamp};

    #[test]
    fn a_key_is_short_lower_case_sorts_by_time_and_differs_by_direction_and_intent() {
        let ids = Ids::seeded(1);
        let at = |second| InstanceId(ids.next(Timestamp::from_second(second).unwrap()));
        let (early, late) = (at(1_700_000_000), at(1_700_000_001));
        let key = step_key(early, "reserve-stock", false, 0);
        assert_eq!(key.as_str().len(), 35);
        assert_eq!(key.as_str(), key.as_str().to_lowercase());
        assert!(key < step_key(late, "reserve-stock", false, 0));
        assert_eq!(key, step_key(early, "reserve-stock", false, 0));
        assert_ne!(key, step_key(early, "reserve-stock", true, 0));
        assert_ne!(key, step_key(early, "reserve-stock", false, 1));
    }
}
