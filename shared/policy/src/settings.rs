//! How strict the policies are: the section `[policy]`, and one API's profile made from it.

use crossdock_model::{ApiId, Tier};
use crossdock_settings::HumanDuration;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// The section `[policy]` of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicySettings {
    /// How much one network may ask before anybody is asked who they are.
    pub addresses: LimitSettings,
    /// How much one consumer may ask, by limit class; a class without its own has `default`.
    pub limits: BTreeMap<Arc<str>, LimitSettings>,
    /// Defaults of the experience APIs.
    pub experience: TierPolicy,
    /// Defaults of the process APIs.
    pub process: TierPolicy,
    /// Defaults of the system APIs.
    pub system: TierPolicy,
    /// What single APIs do otherwise, by `tier/name`.
    #[serde(default)]
    pub apis: BTreeMap<String, Override>,
}

/// A bucket: so many at once, refilled evenly over a time.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "Bucket")]
pub struct LimitSettings {
    /// How many requests an idle caller may send at once.
    pub burst: NonZeroU32,
    /// How long an empty bucket takes to be full again.
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

/// The defaults of one tier's APIs.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TierPolicy {
    /// How long an answer may take; a caller may ask for less.
    pub deadline: HumanDuration,
    /// The largest request body, in bytes.
    pub body_bytes: usize,
    /// How long a request body may take to arrive.
    pub body_time: HumanDuration,
    /// How many of a hundred calls within the process are checked against their schema.
    pub sample: u8,
}

/// What one API does otherwise than its tier; an absent member is the tier's.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// How long an answer may take; a caller may ask for less.
    pub deadline: Option<HumanDuration>,
    /// The largest request body, in bytes.
    pub body_bytes: Option<usize>,
    /// How long a request body may take to arrive.
    pub body_time: Option<HumanDuration>,
    /// How many of a hundred calls within the process are checked against their schema.
    pub sample: Option<u8>,
}

/// The settings of one API's policies, its tier's defaults filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// How long an answer may take; a caller may ask for less.
    pub deadline: Duration,
    /// The largest request body, in bytes.
    pub body_bytes: usize,
    /// How long a request body may take to arrive.
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
