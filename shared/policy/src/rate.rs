//! Row 9: how much one consumer may ask, by the operation's limit class.
//!
//! Fields as in draft-ietf-httpapi-ratelimit-headers-11.

use crate::gate::{Gate, Inbound, Stop};
use crate::limiter::{Limiter, Verdict};
use crate::settings::LimitSettings;
use crossdock_model::{Clock, Context, Tenant};
use crossdock_problem::{Code, Problem};
use http::HeaderName;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");
/// More consumers than any installation registers.
const CONSUMERS: usize = 50_000;

/// The limits of every class, shared by every API of the process.
#[derive(Debug)]
pub(crate) struct RateLimits {
    classes: HashMap<Arc<str>, Class>,
}

#[derive(Debug)]
struct Class {
    name: Arc<str>,
    policy: String,
    one_more: u64,
    burst: u32,
    limiter: Limiter<(Tenant, Arc<str>)>,
}

impl RateLimits {
    /// One limiter a class.
    pub(crate) fn new(
        settings: &BTreeMap<Arc<str>, LimitSettings>,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let class = |(name, limit): (&Arc<str>, &LimitSettings)| {
            let (burst, per) = (limit.burst, limit.per.get());
            let limiter = Limiter::new(burst, per, CONSUMERS, Arc::clone(clock))?;
            let class = Class {
                name: Arc::clone(name),
                policy: format!("\"{name}\";q={burst};w={}", seconds(per)),
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

/// Takes every request from its consumer's bucket.
#[derive(Debug)]
pub(crate) struct RateLimit(pub(crate) Arc<RateLimits>);

impl Gate for RateLimit {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        let operation = inbound.operation()?;
        let Some(class) = self.0.class(&operation.limit_class) else {
            return Ok(());
        };
        // A public operation has no consumer; its network's limit is its own.
        let Some(context) = inbound.parts.extensions.get::<Context>() else {
            return Ok(());
        };
        let caller = &context.caller;
        let key = (caller.tenant.clone(), Arc::clone(&caller.consumer));
        let verdict = class.limiter.check(key);
        inbound.answer_with(POLICY, &class.policy);
        let (remaining, more_in) = match verdict {
            Verdict::Remaining(left) if left == class.burst => (left, 0),
            Verdict::Remaining(left) => (left, class.one_more),
            Verdict::Wait(wait) => (0, seconds(wait)),
        };
        inbound.answer_with(
            STATE,
            &format!("\"{}\";r={remaining};t={more_in}", class.name),
        );
        match verdict {
            Verdict::Remaining(_) => Ok(()),
            Verdict::Wait(wait) => {
                let detail = format!(
                    "the limit {} of {} is used up: come back in {more_in} s",
                    class.name,
                    caller_name(inbound)
                );
                Err(Problem::new(Code::RateLimited, detail).after(wait).into())
            }
        }
    }
}

fn caller_name(inbound: &Inbound) -> String {
    let context = inbound.parts.extensions.get::<Context>();
    context
        .map(|context| context.caller.consumer.to_string())
        .unwrap_or_default()
}

/// Whole seconds, rounded up.
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
