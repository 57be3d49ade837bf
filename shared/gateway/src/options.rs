//! What a process is to be: which APIs it serves, where its data lives, what time it is.

use crate::apis;
use crate::seeds::Seeds;
use crossdock_model::{ApiId, Clock, Ids, Tier};
use crossdock_runtime::SystemClock;
use std::path::PathBuf;
use std::sync::Arc;

/// What is given to [`crate::Gateway::build`].
#[derive(Debug, Clone)]
pub struct Options {
    /// Which APIs this process serves.
    pub serve: Selection,
    /// Whether the embedded backends live in this process.
    pub backends: bool,
    /// Where data lives.
    pub data: Data,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<Ids>,
    /// What the books of embedded backends begin with.
    pub seeds: Arc<Seeds>,
    /// Who is told of every boundary that a workflow reaches.
    #[cfg(feature = "crash-points")]
    pub watcher: Option<crate::Watcher>,
}

/// Which APIs a process serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All there are.
    All,
    /// Only these.
    Only(Vec<ApiId>),
}

/// Where data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// In files of that folder.
    Folder(PathBuf),
    /// Nowhere: stores and books in memory, keys in a folder that goes with the gateway.
    Memory,
}

impl Options {
    /// Everything in one process, over the files of that folder.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            serve: Selection::All,
            backends: true,
            data: Data::Folder(folder.into()),
            clock: Arc::new(SystemClock::new()),
            ids: Arc::new(Ids::random()),
            seeds: Arc::new(Seeds::demo()),
            #[cfg(feature = "crash-points")]
            watcher: None,
        }
    }

    /// Everything in one process and in memory: for tests and for contracts.
    pub fn in_memory() -> Self {
        Self {
            data: Data::Memory,
            ..Self::in_folder("")
        }
    }

    /// Only what is selected.
    #[must_use]
    pub fn serving(self, serve: Selection) -> Self {
        Self { serve, ..self }
    }

    /// With the embedded backends in another process.
    #[must_use]
    pub fn without_backends(self) -> Self {
        Self {
            backends: false,
            ..self
        }
    }

    /// With another clock.
    #[must_use]
    pub fn at(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// With books that begin otherwise than the demo's.
    #[must_use]
    pub fn seeded(self, seeds: Seeds) -> Self {
        Self {
            seeds: Arc::new(seeds),
            ..self
        }
    }

    /// With somebody who is told of every boundary that a workflow reaches.
    #[cfg(feature = "crash-points")]
    #[must_use]
    pub fn watched(self, watcher: crate::Watcher) -> Self {
        Self {
            watcher: Some(watcher),
            ..self
        }
    }

    /// With other ids.
    #[must_use]
    pub fn with_ids(self, ids: Arc<Ids>) -> Self {
        Self { ids, ..self }
    }
}

impl Selection {
    /// The APIs of those tiers and those called by `tier/name`; all of them when nothing is named.
    pub fn parse(tiers: &[String], names: &[String]) -> Result<Self, String> {
        if tiers.is_empty() && names.is_empty() {
            return Ok(Self::All);
        }
        let known = apis::ids();
        let mut chosen: Vec<ApiId> = Vec::new();
        for tier in tiers {
            let before = chosen.len();
            chosen.extend(known.iter().filter(|api| api.tier.as_str() == tier));
            if chosen.len() == before {
                return Err(format!(
                    "there is no tier {tier}: experience, process, system"
                ));
            }
        }
        for name in names {
            let found = known.iter().find(|api| api.to_string() == *name);
            let unknown = || format!("there is no API {name}: {}", apis::names().join(", "));
            chosen.push(*found.ok_or_else(unknown)?);
        }
        let missing = known
            .iter()
            .find(|api| api.tier == Tier::Process && !chosen.contains(api));
        match (chosen.iter().any(|api| api.tier == Tier::Process), missing) {
            (true, Some(missing)) => Err(format!(
                "process APIs share their records and stay together: {missing} is missing; serve --tier process"
            )),
            (_, _) => Ok(Self::Only(chosen)),
        }
    }

    /// Whether that API is served here.
    pub fn has(&self, api: ApiId) -> bool {
        match self {
            Self::All => true,
            Self::Only(chosen) => chosen.contains(&api),
        }
    }

    /// Whether anything of that tier is served here.
    pub fn has_tier(&self, tier: Tier) -> bool {
        match self {
            Self::All => true,
            Self::Only(chosen) => chosen.iter().any(|api| api.tier == tier),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_and_single_apis_can_be_named_together() {
        let selection = Selection::parse(&["process".into()], &["system/erp".into()]).unwrap();
        assert!(selection.has(ApiId::process("order")) && selection.has(ApiId::system("erp")));
        assert!(!selection.has(ApiId::system("oms")));
    }

    #[test]
    fn a_process_api_alone_is_refused_and_so_is_one_that_does_not_exist() {
        assert!(
            Selection::parse(&[], &["process/order".into()])
                .unwrap_err()
                .contains("together")
        );
        assert!(
            Selection::parse(&[], &["system/sap".into()])
                .unwrap_err()
                .contains("system/erp")
        );
    }
}
