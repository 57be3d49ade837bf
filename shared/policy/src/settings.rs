//! How strict the policies are: the section `[policy]`, and one API's profile made from it.

use crossdock_model::{ApiId, Tier};
use crossdock_runtime::LimitClass;
use crossdock_settings::HumanDuration;
use http::HeaderValue;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The section `[policy]` of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicySettings {
    /// How much one network may ask before anybody is asked who they are.
    pub addresses: LimitSettings,
    /// How much one consumer may ask, by limit class; a class without its own has `default`.
    #[serde(deserialize_with = "by_class")]
    pub limits: BTreeMap<Arc<str>, LimitSettings>,
    /// Defaults of the experience APIs.
    pub experience: TierPolicy,
    /// Defaults of the process APIs.
    pub process: TierPolicy,
    /// Defaults of the system APIs.
    pub system: TierPolicy,
    /// Compression and CORS of the experience APIs.
    pub public: PublicPolicy,
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

/// What the public listener does for browsers and slow lines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PublicPolicy {
    /// Whether answers of 1 kB and more are compressed for callers that accept it.
    pub compression: bool,
    /// Web pages that may call from a browser; with none, CORS is off.
    pub origins: Vec<WebOrigin>,
}

/// The origin of a web page as a browser sends it (RFC 6454), `https://shop.example.com`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct WebOrigin(HeaderValue);

impl WebOrigin {
    pub(crate) fn value(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl TryFrom<String> for WebOrigin {
    type Error = String;

    /// Scheme, host and port only, since a browser compares letter by letter.
    fn try_from(text: String) -> Result<Self, String> {
        let origin = Url::parse(&text).map(|url| url.origin().ascii_serialization());
        match (origin, HeaderValue::from_str(&text)) {
            (Ok(origin), Ok(value)) if origin == text => Ok(Self(value)),
            _other => Err(format!(
                "{text} is no origin: write scheme and host, as in https://shop.example.com"
            )),
        }
    }
}

/// What one API does otherwise than its tier; an absent member is the tier's.
#[derive(Debug, Clone, Default, Deserialize)]
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
    /// Whether answers are compressed; of experience APIs only.
    pub compression: Option<bool>,
    /// Web pages that may call; of experience APIs only.
    pub origins: Option<Vec<WebOrigin>>,
}

/// The settings of one API's policies, its tier's defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// How long an answer may take; a caller may ask for less.
    pub deadline: Duration,
    /// The largest request body, in bytes.
    pub body_bytes: usize,
    /// How long a request body may take to arrive.
    pub body_time: Duration,
    /// How many of a hundred calls within the process are checked against their schema.
    pub sample: u8,
    /// Whether large answers are compressed; at the border only.
    pub compression: bool,
    /// Web pages that may call from a browser; at the border only.
    pub origins: Vec<WebOrigin>,
}

impl PolicySettings {
    /// The tier's defaults, then what is said about this API.
    pub fn profile(&self, api: ApiId) -> Profile {
        let tier = match api.tier {
            Tier::Experience => self.experience,
            Tier::Process => self.process,
            Tier::System => self.system,
        };
        let own = self.apis.get(&api.to_string()).cloned().unwrap_or_default();
        let public = &self.public;
        Profile {
            deadline: own.deadline.unwrap_or(tier.deadline).get(),
            body_bytes: own.body_bytes.unwrap_or(tier.body_bytes),
            body_time: own.body_time.unwrap_or(tier.body_time).get(),
            sample: own.sample.unwrap_or(tier.sample),
            compression: own.compression.unwrap_or(public.compression),
            origins: own.origins.unwrap_or_else(|| public.origins.clone()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_else() {
        for origin in ["https://shop.example.com", "http://localhost:5173"] {
            assert!(WebOrigin::try_from(origin.to_owned()).is_ok(), "{origin}");
        }
        for other in [
            "https://shop.example.com/",
            "shop.example.com",
            "*",
            "null",
            "",
        ] {
            assert!(WebOrigin::try_from(other.to_owned()).is_err(), "{other}");
        }
    }
}
