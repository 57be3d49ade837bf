//! The hash a definition is known by: over its data, never over code.

use crate::define::Definition;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;

/// SHA-256 over the canonical JSON: structs write their members in one fixed order, and no map is in it.
pub(crate) fn hash(definition: &Definition) -> Result<String, serde_json::Error> {
    let canonical = serde_json::to_vec(definition)?;
    Ok(HEXLOWER.encode(digest(&SHA256, &canonical).as_ref()))
}
