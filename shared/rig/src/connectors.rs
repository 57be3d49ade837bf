//! The connectors that a conformance suite runs over, read from the API's own list.

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Error};
use std::fmt;

/// One connector of every kind that the list `C` holds, each with the settings that the suite gives its kind.
///
/// The kinds come from the list itself, so a suite cannot leave one out: a kind that `configured` does
/// not know fails every test that asks for the connectors.
pub fn connectors<C: DeserializeOwned>(configured: impl Fn(&str) -> Option<C>) -> Vec<C> {
    let configured = |kind: &&str| {
        let connector = configured(kind);
        connector.unwrap_or_else(|| {
            panic!("the conformance suite has no settings and no backend for a connector '{kind}'")
        })
    };
    kinds::<C>().iter().map(configured).collect()
}

/// Every `kind` that the configuration accepts for a connector of that list.
fn kinds<C: DeserializeOwned>() -> &'static [&'static str] {
    let nothing = MapDeserializer::<_, Variants>::new([("kind", "")].into_iter());
    match C::deserialize(nothing) {
        Err(Variants(Some(kinds))) => kinds,
        Ok(_) | Err(Variants(None)) => panic!("a connector is no enum with the tag `kind`"),
    }
}

/// The variants that a tagged enum would have accepted.
#[derive(Debug)]
struct Variants(Option<&'static [&'static str]>);

impl Error for Variants {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self(None)
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        Self(Some(expected))
    }
}

impl std::error::Error for Variants {}

impl fmt::Display for Variants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    #[serde(tag = "kind", rename_all = "kebab-case")]
    enum Connector {
        Embedded { api_key: String },
        FileDrop,
    }

    #[test]
    fn every_kind_of_the_list_is_asked_for() {
        let all = connectors(|kind| match kind {
            "embedded" => Some(Connector::Embedded {
                api_key: "key".into(),
            }),
            "file-drop" => Some(Connector::FileDrop),
            _unknown => None,
        });
        assert_eq!(all.len(), 2);
        assert_eq!(all[1], Connector::FileDrop);
    }

    #[test]
    #[should_panic(expected = "'embedded'")]
    fn a_kind_that_the_suite_does_not_know_fails_it() {
        connectors(|kind| (kind == "file-drop").then_some(Connector::FileDrop));
    }
}
