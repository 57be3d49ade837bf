//! Row 6 between tiers: a typed caller in process, a tier token over HTTP; only from the tier above.

use crate::authenticate::{bearer, unauthenticated};
use crate::facts::{Facts, Transport};
use crate::policy::{Policy, PolicyLayer, header, refuse};
use crate::shared::Shared;
use axum::extract::Request;
use axum::response::Response;
use crossdock_model::{ApiId, Caller, Clock, Context, Tier};
use crossdock_outbound::{DEPTH, TierKey};
use crossdock_problem::Code;
use std::sync::Arc;

/// More tiers than any call has any business crossing.
const DEEPEST: u8 = 8;

pub(crate) type AuthenticateTierLayer = PolicyLayer<AuthenticateTier>;

/// Lets on calls of the tiers that may call this API.
#[derive(Debug)]
pub(crate) struct AuthenticateTier {
    api: ApiId,
    /// The secret shared with other processes, where there are any.
    key: Option<TierKey>,
    clock: Arc<dyn Clock>,
}

impl AuthenticateTierLayer {
    /// Requires a tier token whose audience is `api`.
    pub(crate) fn new(api: ApiId, shared: &Shared) -> Self {
        Self::of(AuthenticateTier {
            api,
            key: shared.tier_key.clone(),
            clock: Arc::clone(&shared.clock),
        })
    }
}

impl AuthenticateTier {
    /// Experience and process call a process API, only process calls a system API.
    fn admits(&self, from: Tier) -> bool {
        match self.api.tier {
            Tier::System => from == Tier::Process,
            Tier::Process => from != Tier::System,
            Tier::Experience => false,
        }
    }

    /// What a tier token says, where there is a valid one.
    fn verified_token(&self, request: &Request) -> Option<(Tier, Caller)> {
        let claims = self
            .key
            .as_ref()?
            .verify(bearer(request)?, self.api, self.clock.now())?;
        let tiers = [Tier::System, Tier::Process, Tier::Experience];
        let from = tiers.into_iter().find(|tier| tier.as_str() == claims.sub)?;
        Some((from, claims.caller))
    }

    /// The calling tier; the context of a call over HTTP is in the request afterwards.
    fn identify(&self, request: &mut Request) -> Result<Tier, Response> {
        let facts = Facts::of(request)?;
        if facts.transport == Transport::InProcess {
            let from = request.extensions().get::<Tier>();
            return from.copied().ok_or_else(unauthenticated);
        }
        let (from, caller) = self.verified_token(request).ok_or_else(unauthenticated)?;
        let mut context = Context::new(caller, facts.trace.correlation.clone());
        context.traceparent.clone_from(&facts.trace.traceparent);
        let depth = header(request, &DEPTH).and_then(|depth| depth.trim().parse().ok());
        context.depth = depth.unwrap_or(1);
        request.extensions_mut().insert(context);
        Ok(from)
    }
}

impl Policy for AuthenticateTier {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        let from = self.identify(request)?;
        let context = request.extensions().get::<Context>();
        if let Some(context) = context {
            Facts::of(request)?.set_caller(&context.caller);
        }
        if !self.admits(from) {
            let (api, from) = (self.api, from.as_str());
            let detail = format!("{api} takes no calls from the {from} tier");
            return Err(refuse(Code::Forbidden, detail));
        }
        if context.is_some_and(|context| context.depth > DEEPEST) {
            let detail = "the call crossed more than eight tiers: routes loop";
            return Err(refuse(Code::TooDeep, detail));
        }
        Ok(())
    }
}
