//! Row 6 at the border: who is calling, by bearer token; one answer for every way to fail.

use crate::facts::Facts;
use crate::operation::{Operation, Permission};
use crate::policy::{Policy, PolicyLayer, header, refuse};
use crate::verify::Verifier;
use axum::extract::Request;
use axum::response::Response;
use crossdock_model::Context;
use crossdock_problem::Code;
use http::{HeaderValue, header};
use std::sync::Arc;

pub(crate) type AuthenticateLayer = PolicyLayer<Authenticate>;

/// Asks for a bearer token where the operation does; the caller travels on as a [`Context`].
#[derive(Debug)]
pub(crate) struct Authenticate(Arc<Verifier>);

impl AuthenticateLayer {
    pub(crate) fn new(verifier: &Arc<Verifier>) -> Self {
        Self::of(Authenticate(Arc::clone(verifier)))
    }
}

impl Policy for Authenticate {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        if Operation::of(request)?.permission == Permission::Public {
            return Ok(());
        }
        let verified = bearer(request).and_then(|token| self.0.verify(token));
        let caller = verified.ok_or_else(unauthenticated)?;
        let facts = Facts::of(request)?;
        facts.set_caller(&caller);
        let mut context = Context::new(caller, facts.trace.correlation.clone());
        context.traceparent.clone_from(&facts.trace.traceparent);
        request.extensions_mut().insert(context);
        Ok(())
    }
}

/// The token of `Authorization: Bearer`.
pub(crate) fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = header(request, &header::AUTHORIZATION)?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// The one refusal, whatever was wrong: nothing in it helps a guess.
pub(crate) fn unauthenticated() -> Response {
    let detail = "no valid bearer token: get one from /oauth/token or your identity provider";
    let mut response = refuse(Code::Unauthenticated, detail);
    response.headers_mut().insert(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer realm=\"crossdock\""),
    );
    response
}
