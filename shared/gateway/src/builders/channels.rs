//! The experience APIs: one channel a function.

use crate::wire::{BuildError, Site};
use crossdock_runtime::Api;

#[expect(
    clippy::unnecessary_wraps,
    reason = "the list has one shape for every API"
)]
pub(crate) fn ecommerce(site: &mut Site) -> Result<Api, BuildError> {
    Ok(exp_ecommerce::api(exp_ecommerce::Parts {
        directory: site.directory.clone(),
    }))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the list has one shape for every API"
)]
pub(crate) fn pos(site: &mut Site) -> Result<Api, BuildError> {
    Ok(exp_pos::api(exp_pos::Parts {
        directory: site.directory.clone(),
    }))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the list has one shape for every API"
)]
pub(crate) fn customer_service(site: &mut Site) -> Result<Api, BuildError> {
    let directory = site.directory.clone();
    Ok(exp_customer_service::api(exp_customer_service::Parts {
        directory,
    }))
}
