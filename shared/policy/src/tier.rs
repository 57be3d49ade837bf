//! Row 6 between tiers: a typed caller in process, a tier token over HTTP; only from the tier above.

use crate::authenticate::{bearer, unauthenticated};
use crate::gate::{Gate, Inbound, Stop, Via};
use crossdock_model::{ApiId, Caller, Clock, Context, Tier};
use crossdock_outbound::{DEPTH, TierKey};
use crossdock_problem::Code;
use std::sync::Arc;

/// More tiers than any call has any business crossing.
const DEEPEST: u8 = 8;

/// Lets on calls of the tiers that may call this one.
#[derive(Debug)]
pub(crate) struct FromTier {
    /// The API that is called.
    pub(crate) api: ApiId,
    /// The secret shared with other processes, where there are any.
    pub(crate) key: Option<TierKey>,
    /// What time it is.
    pub(crate) clock: Arc<dyn Clock>,
}

impl FromTier {
    /// Experience and process call a process API, only process calls a system API.
    fn admits(&self, from: Tier) -> bool {
        match self.api.tier {
            Tier::System => from == Tier::Process,
            Tier::Process => from != Tier::System,
            Tier::Experience => false,
        }
    }

    fn token_says(&self, inbound: &Inbound) -> Option<(Tier, Caller)> {
        let claims = self
            .key
            .as_ref()?
            .verify(bearer(inbound)?, self.api, self.clock.now())?;
        let tiers = [Tier::System, Tier::Process, Tier::Experience];
        let from = tiers.into_iter().find(|tier| tier.as_str() == claims.sub)?;
        Some((from, claims.caller))
    }
}

impl Gate for FromTier {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        let from = if inbound.via == Via::Wire {
            let Some((from, caller)) = self.token_says(inbound) else {
                return Err(unauthenticated(inbound));
            };
            let mut context = Context::new(caller, inbound.journey.correlation.clone());
            context.traceparent.clone_from(&inbound.journey.traceparent);
            let depth = inbound
                .header(&DEPTH)
                .and_then(|depth| depth.trim().parse().ok());
            context.depth = depth.unwrap_or(1);
            inbound.parts.extensions.insert(context);
            from
        } else {
            match inbound.parts.extensions.get::<Tier>() {
                Some(from) => *from,
                None => return Err(unauthenticated(inbound)),
            }
        };
        if !self.admits(from) {
            let detail = format!(
                "{} takes no calls from the {} tier",
                self.api,
                from.as_str()
            );
            return Err(Stop::refuse(Code::Forbidden, detail));
        }
        let depth = inbound
            .parts
            .extensions
            .get::<Context>()
            .map(|context| context.depth);
        if depth.is_some_and(|depth| depth > DEEPEST) {
            let detail = "the call crossed more than eight tiers: routes loop";
            return Err(Stop::refuse(Code::TooDeep, detail));
        }
        Ok(())
    }
}
