//! The resources of the API, one a file.

pub(crate) mod captures;
pub(crate) mod payments;
pub(crate) mod refunds;
pub(crate) mod voids;
pub(crate) mod webhooks;

use crossdock_model::{Fault, Money};

/// A look-up by our reference that found another amount: the reference was used for something else.
fn same_amount<T>(
    found: Option<T>,
    has: impl Fn(&T) -> Money,
    wanted: Money,
) -> Result<Option<T>, Fault> {
    match found {
        Some(there) if has(&there) != wanted => {
            let detail = format!(
                "it exists with {}, not {wanted}: use a new reference",
                has(&there)
            );
            Err(Fault::refused("reference_reused", detail))
        }
        found => Ok(found),
    }
}
