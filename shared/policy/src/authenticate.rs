//! Row 6 at the border: who is calling, by bearer token; one answer for every way to fail.

use crate::gate::{Gate, Inbound, Stop};
use crate::operation::Permission;
use crate::verify::Verifier;
use crossdock_model::Context;
use crossdock_problem::Code;
use http::header;
use std::sync::Arc;

/// Asks for a bearer token where the operation does.
#[derive(Debug)]
pub(crate) struct Authenticate(pub(crate) Arc<Verifier>);

impl Gate for Authenticate {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        if inbound.operation()?.permission == Permission::Public {
            return Ok(());
        }
        let verified = bearer(inbound).and_then(|token| self.0.verify(token));
        let Some(caller) = verified else {
            return Err(unauthenticated(inbound));
        };
        let mut context = Context::new(caller, inbound.journey.correlation.clone());
        context.traceparent.clone_from(&inbound.journey.traceparent);
        inbound.parts.extensions.insert(context);
        Ok(())
    }
}

/// The token of `Authorization: Bearer`.
pub(crate) fn bearer(inbound: &Inbound) -> Option<&str> {
    let (scheme, token) = inbound.header(&header::AUTHORIZATION)?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// The one refusal, whatever was wrong: nothing in it helps a guess.
pub(crate) fn unauthenticated(inbound: &mut Inbound) -> Stop {
    inbound.answer_with(header::WWW_AUTHENTICATE, "Bearer realm=\"crossdock\"");
    let detail = "no valid bearer token: get one from /oauth/token or your identity provider";
    Stop::refuse(Code::Unauthenticated, detail)
}
