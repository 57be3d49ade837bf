//! Row 9: how much one consumer may ask, by the operation's limit class.
//!
//! Fields as in draft-ietf-httpapi-ratelimit-headers-11.

use crate::facts::Facts;
use crate::limiter::{Limiter, Verdict};
use crate::operation::Operation;
use crate::policy::{Policy, PolicyLayer};
use crate::settings::LimitSettings;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use crossdock_model::{Clock, Context, Tenant};
use crossdock_problem::{Code, Problem};
use http::{HeaderName, HeaderValue};
use sfv::{Integer, ItemSerializer, KeyRef, StringRef, key_ref};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");
const QUOTA: &KeyRef = key_ref("q");
const WINDOW: &KeyRef = key_ref("w");
const REMAINING: &KeyRef = key_ref("r");
const RESET: &KeyRef = key_ref("t");
/// More consumers than any installation registers.
const CONSUMERS: usize = 50_000;

/// One limiter for each limit class, shared by every API of the process.
#[derive(Debug)]
pub(crate) struct RateLimits {
    classes: HashMap<Arc<str>, Class>,
}

#[derive(Debug)]
struct Class {
    name: Arc<str>,
    policy: Option<HeaderValue>,
    one_more: u64,
    burst: u32,
    limiter: Limiter<(Tenant, Arc<str>)>,
}

impl RateLimits {
    pub(crate) fn new(
        settings: &BTreeMap<Arc<str>, LimitSettings>,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let class = |(name, limit): (&Arc<str>, &LimitSettings)| {
            let (burst, per) = (limit.burst, limit.per.get());
            let limiter = Limiter::new(burst, per, CONSUMERS, Arc::clone(clock))?;
            let class = Class {
                name: Arc::clone(name),
                policy: field(name, [(QUOTA, burst.get().into()), (WINDOW, seconds(per))]),
                one_more: seconds(per / burst.get()),
                burst: burst.get(),
                limiter,
            };
            Some((Arc::clone(name), class))
        };
        Self {
            classes: settings.iter().filter_map(class).collect(),
        }
    }

    fn class(&self, name: &str) -> Option<&Class> {
        self.classes
            .get(name)
            .or_else(|| self.classes.get("default"))
    }
}

pub(crate) type RateLimitLayer = PolicyLayer<RateLimit>;

/// Takes every request from its consumer's bucket, and says on the answer how much is left.
#[derive(Debug)]
pub(crate) struct RateLimit(Arc<RateLimits>);

impl RateLimitLayer {
    pub(crate) fn new(limits: &Arc<RateLimits>) -> Self {
        Self::of(RateLimit(Arc::clone(limits)))
    }
}

impl Policy for RateLimit {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        let Some(class) = self.0.class(&Operation::of(request)?.limit_class) else {
            return Ok(());
        };
        // A public operation has no consumer; its network's limit is its own.
        let Some(context) = request.extensions().get::<Context>() else {
            return Ok(());
        };
        let caller = &context.caller;
        let key = (caller.tenant.clone(), Arc::clone(&caller.consumer));
        let verdict = class.limiter.check(key);
        let (remaining, more_in) = match verdict {
            Verdict::Remaining(left) if left == class.burst => (left, 0),
            Verdict::Remaining(left) => (left, class.one_more),
            Verdict::Wait(wait) => (0, seconds(wait)),
        };
        let facts = Facts::of(request)?;
        if let Some(policy) = &class.policy {
            facts.answer_with(POLICY, policy.clone());
        }
        if let Some(state) = field(
            &class.name,
            [(REMAINING, remaining.into()), (RESET, more_in)],
        ) {
            facts.answer_with(STATE, state);
        }
        match verdict {
            Verdict::Remaining(_) => Ok(()),
            Verdict::Wait(wait) => {
                let (name, consumer) = (&class.name, &caller.consumer);
                let detail =
                    format!("the limit {name} of {consumer} is used up: come back in {more_in} s");
                let problem = Problem::new(Code::RateLimited, detail).after(wait);
                Err(problem.into_response())
            }
        }
    }
}

/// A list of one string with parameters (RFC 9651), `"checkout";r=1;t=30`.
fn field(name: &str, parameters: [(&KeyRef, u64); 2]) -> Option<HeaderValue> {
    let mut member = ItemSerializer::new().bare_item(StringRef::from_str(name).ok()?);
    for (key, value) in parameters {
        member = member.parameter(key, Integer::try_from(value).ok()?);
    }
    HeaderValue::try_from(member.finish()).ok()
}

/// Whole seconds for `RateLimit` and `Retry-After`, rounded up.
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
