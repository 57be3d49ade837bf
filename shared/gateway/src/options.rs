//! What a process is to be: which APIs it serves, where its data lives, what time it is.

#[cfg(feature = "crash-points")]
use crate::crash::BoundaryObserver;
use crate::seed_data::SeedData;
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
    /// Whether stores, books and keys are in files, and where.
    pub data: Data,
    /// The clock that every part of the process asks.
    pub clock: Arc<dyn Clock>,
    /// The source of every id that is drawn in the process.
    pub ids: Arc<Ids>,
    /// What the books of embedded backends begin with.
    pub seed_data: Arc<SeedData>,
    /// Who observes every boundary that a workflow reaches.
    #[cfg(feature = "crash-points")]
    pub observer: Option<BoundaryObserver>,
}

/// Which APIs a process serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Every API of the list.
    All,
    /// These and no other; the process APIs only together.
    Only(Vec<ApiId>),
}

/// Where stores, books and keys are.
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
            seed_data: Arc::new(SeedData::demo()),
            #[cfg(feature = "crash-points")]
            observer: None,
        }
    }

    /// Everything in one process and in memory: for tests and for contracts.
    pub fn in_memory() -> Self {
        Self {
            data: Data::Memory,
            ..Self::in_folder("")
        }
    }

    /// With fewer APIs in this process.
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

    /// With another clock than the machine's.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// With books that begin otherwise than the demo's.
    #[must_use]
    pub fn with_seed_data(self, seed_data: SeedData) -> Self {
        Self {
            seed_data: Arc::new(seed_data),
            ..self
        }
    }

    /// With an observer of every boundary that a workflow reaches.
    #[cfg(feature = "crash-points")]
    #[must_use]
    pub fn observed_by(self, observer: BoundaryObserver) -> Self {
        Self {
            observer: Some(observer),
            ..self
        }
    }

    /// With another source of ids.
    #[must_use]
    pub fn with_ids(self, ids: Arc<Ids>) -> Self {
        Self { ids, ..self }
    }
}

impl Selection {
    /// The known APIs of those tiers and those called by `tier/name`; all of them when nothing is named.
    pub(crate) fn parse(
        known: &[ApiId],
        tiers: &[String],
        names: &[String],
    ) -> Result<Self, String> {
        if tiers.is_empty() && names.is_empty() {
            return Ok(Self::All);
        }
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
        let listed: Vec<String> = known.iter().map(ToString::to_string).collect();
        for name in names {
            let found = known.iter().find(|api| api.to_string() == *name);
            let unknown = || format!("there is no API {name}: {}", listed.join(", "));
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

    fn parse(tiers: &[&str], names: &[&str]) -> Result<Selection, String> {
        let known = [
            ApiId::system("erp"),
            ApiId::system("oms"),
            ApiId::process("order"),
            ApiId::process("return"),
        ];
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        Selection::parse(&known, &owned(tiers), &owned(names))
    }

    #[test]
    fn a_tier_and_single_apis_can_be_named_together() {
        let selection = parse(&["process"], &["system/erp"]).unwrap();
        assert!(selection.has(ApiId::process("order")) && selection.has(ApiId::system("erp")));
        assert!(!selection.has(ApiId::system("oms")));
    }

    #[test]
    fn a_process_api_alone_is_refused_and_so_is_one_that_does_not_exist() {
        assert!(
            parse(&[], &["process/order"])
                .unwrap_err()
                .contains("together")
        );
        assert!(
            parse(&[], &["system/sap"])
                .unwrap_err()
                .contains("system/erp")
        );
    }
}
