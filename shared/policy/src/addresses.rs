//! Row 5: a limit by network, before anybody is asked who they are.

use crate::limiter::{Limiter, Verdict};
use crate::network::Network;
use crate::policy::{Policy, PolicyLayer};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use crossdock_problem::{Code, Problem};

/// The limit, shared by every API of the process.
pub(crate) type AddressLimitLayer = PolicyLayer<AddressLimit>;

/// Takes every request from its network's bucket, whatever becomes of it.
#[derive(Debug)]
pub(crate) struct AddressLimit(Limiter<Network>);

impl AddressLimitLayer {
    pub(crate) fn new(limiter: Limiter<Network>) -> Self {
        Self::of(AddressLimit(limiter))
    }
}

impl Policy for AddressLimit {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        match self.0.check(Network::of(request.extensions())) {
            Verdict::Remaining(_) => Ok(()),
            Verdict::Wait(wait) => {
                let detail = "too many requests from this network: come back after Retry-After";
                let problem = Problem::new(Code::RateLimited, detail).after(wait);
                Err(problem.into_response())
            }
        }
    }
}
