//! "Safe to call twice": what the system tier does with a delivery whose outcome is unknown.
//!
//! domain.md section 6: a first attempt is just made. A repeated one follows the backend's declared
//! ability: send the same key again while the backend remembers it, let its natural key decide, or
//! look the effect up until whatever was sent must have arrived, and only then send.

use crossdock_model::{Clock, Delivery, Fault, Timestamp};
use std::future::Future;
use std::time::Duration;

/// How a backend keeps one effect one, as its adapter declares it for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// It remembers idempotency keys for that long.
    Native {
        /// How long the backend promises to remember a key.
        retention: Duration,
    },
    /// A second write with the same natural key answers the first.
    NaturalKey,
    /// It forgets nothing but detects nothing: look up by our reference first.
    Probe {
        /// How long after it was sent a write may still arrive and become visible to a look-up: our time-out, those of
        /// proxies in between, and the backend's own delay.
        settles_in: Duration,
    },
}

/// The outcome of a look-up: none where there is no such thing, which is an answer, too.
pub type Lookup<T> = Result<Option<T>, Fault>;

/// Within this time of forgetting, a key is not trusted any more.
const MARGIN: Duration = Duration::from_hours(1);

/// Brings about the delivery's effect once, whatever became of earlier attempts.
///
/// `call` sends it under the delivery's key; `probe` looks it up by our reference.
pub async fn safely<T, C, P>(
    delivery: &Delivery,
    ability: Ability,
    clock: &dyn Clock,
    call: impl Fn() -> C,
    probe: impl Fn() -> P,
) -> Result<T, Fault>
where
    C: Future<Output = Result<T, Fault>>,
    P: Future<Output = Lookup<T>>,
{
    if !delivery.is_repeated() {
        return call().await;
    }
    match ability {
        Ability::NaturalKey => call().await,
        Ability::Native { retention } => {
            let age = clock.now().duration_since(delivery.first_sent);
            let age = Duration::try_from(age).unwrap_or(Duration::ZERO);
            if age + MARGIN < retention {
                return call().await;
            }
            match probe().await? {
                Some(done) => Ok(done),
                // A caller without a delivery has no old key to replace.
                None if delivery.first_sent == Timestamp::UNIX_EPOCH => call().await,
                // The key may be forgotten, so it no longer protects: a fresh intent gets a fresh key.
                None => Err(Fault::NothingHappened { new_intent: true }),
            }
        }
        Ability::Probe { settles_in } => {
            if let Some(done) = probe().await? {
                return Ok(done);
            }
            // What was sent may still arrive, and nobody there would detect a second one.
            let now = clock.now();
            let visible = delivery.last_sent.saturating_add(settles_in).unwrap_or(now);
            if now < visible {
                let left = Duration::try_from(visible.duration_since(now));
                return Err(Fault::Retry {
                    after: left.ok(),
                    why: "an earlier attempt may still arrive: it is looked for again".to_owned(),
                });
            }
            call().await
        }
    }
}

/// What a look-up found; a refusal as `not_found` is an answer, too: there is no such thing.
pub fn optional<T>(looked_up: Result<T, Fault>) -> Lookup<T> {
    match looked_up {
        Ok(there) => Ok(Some(there)),
        Err(Fault::Refused(refusal)) if refusal.code == "not_found" => Ok(None),
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_as_not_found_says_that_nothing_is_there() {
        assert_eq!(optional(Ok(1)), Ok(Some(1)));
        assert_eq!(
            optional::<u8>(Err(Fault::refused("not_found", "no"))),
            Ok(None)
        );
        for fault in [Fault::refused("gone", "erased"), Fault::poison("not_found")] {
            assert_eq!(optional::<u8>(Err(fault.clone())), Err(fault));
        }
    }
}
