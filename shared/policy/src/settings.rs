//! How strict the policies are: the section `[policy]`, and one API's profile made from it.

use crossdock_model::{ApiId, Tier};
use crossdock_runtime::LimitClass;
use crossdock_settings::HumanDuration;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// The section `[policy]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicySettings {
    /// How much one network may ask before anybody is asked who they are.
    pub addresses: LimitSettings,
    /// How much one consumer may ask, by limit class; a class without its own has `default`.
    #[serde(deserialize_with = "by_class")]
    pub limits: BTreeMap<Arc<str>, LimitSettings>,
    /// The experience tier.
    pub experience: TierPolicy,
    /// The process tier.
    pub process: TierPolicy,
    /// The system tier.
    pub system: TierPolicy,
    /// What single APIs do otherwise, by `tier/name`.
    #[serde(default)]
    pub apis: BTreeMap<String, Override>,
}

/// Limits by class; a name that no operation can declare is a spelling mistake, so a fault at start.
fn by_class<'de, D: Deserializer<'de>>(
    written: D,
) -> Result<BTreeMap<Arc<str>, LimitSettings>, D::Error> {
    let limits = BTreeMap::<Arc<str>, LimitSettings>::deserialize(written)?;
    let unknown = limits.keys().find(|name| LimitClass::parse(name).is_none());
    if let Some(name) = unknown {
        let known = LimitClass::ALL.map(LimitClass::as_str).join(", ");
        return Err(D::Error::custom(format!(
            "no operation is in the limit class {name}: there are {known}"
        )));
    }
    Ok(limits)
}

/// A bucket: so many at once, refilled evenly over a time.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "Bucket")]
pub struct LimitSettings {
    /// So many at once.
    pub burst: NonZeroU32,
    /// Refilled in that time.
    pub per: HumanDuration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bucket {
    burst: NonZeroU32,
    per: HumanDuration,
}

impl TryFrom<Bucket> for LimitSettings {
    type Error = &'static str;

    /// A bucket that refills in no time would be no limit at all.
    fn try_from(bucket: Bucket) -> Result<Self, Self::Error> {
        let Bucket { burst, per } = bucket;
        if (per.get() / burst.get()).is_zero() {
            return Err("per is too short for that burst: a limit refills over some time");
        }
        Ok(Self { burst, per })
    }
}

/// What a tier's APIs do.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TierPolicy {
    /// The longest wait for an answer.
    pub deadline: HumanDuration,
    /// The largest body.
    pub body_bytes: usize,
    /// The longest time for a body to arrive.
    pub body_time: HumanDuration,
    /// How many of a hundred calls within the process are checked against their schema.
    pub sample: u8,
}

/// What one API does otherwise than its tier.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// The longest wait for an answer.
    pub deadline: Option<HumanDuration>,
    /// The largest body.
    pub body_bytes: Option<usize>,
    /// The longest time for a body to arrive.
    pub body_time: Option<HumanDuration>,
    /// How many of a hundred calls within the process are checked.
    pub sample: Option<u8>,
}

/// How strict one API's policies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// The longest wait for an answer.
    pub deadline: Duration,
    /// The largest body.
    pub body_bytes: usize,
    /// The longest time for a body to arrive.
    pub body_time: Duration,
    /// How many of a hundred calls within the process are checked against their schema.
    pub sample: u8,
}

impl PolicySettings {
    /// The tier's defaults, then what is said about this API.
    pub fn profile(&self, api: ApiId) -> Profile {
        let tier = match api.tier {
            Tier::Experience => self.experience,
            Tier::Process => self.process,
            Tier::System => self.system,
        };
        let own = self.apis.get(&api.to_string()).copied().unwrap_or_default();
        Profile {
            deadline: own.deadline.unwrap_or(tier.deadline).get(),
            body_bytes: own.body_bytes.unwrap_or(tier.body_bytes),
            body_time: own.body_time.unwrap_or(tier.body_time).get(),
            sample: own.sample.unwrap_or(tier.sample),
        }
    }

    /// Overrides of APIs that do not exist: a spelling mistake, so a fault at start.
    pub fn unknown_apis(&self, known: &[ApiId]) -> Vec<String> {
        let exists = |name: &&String| known.iter().any(|api| api.to_string() == **name);
        self.apis
            .keys()
            .filter(|name| !exists(name))
            .cloned()
            .collect()
    }
}
