//! The configuration, read section by section into its owners' types.

use crate::faults::{Fault, Faults, Origin};
use crate::layers::{Layers, at};
use crate::reading;
use serde::de::DeserializeOwned;
use std::path::Path;
use toml::Value;

/// The configuration before its sections are read.
#[derive(Debug)]
pub struct Tree {
    layers: Layers,
    read: Vec<String>,
    faults: Faults,
}

impl Tree {
    /// Lays file over defaults and environment over both. A file that cannot be read is a fault.
    pub fn load(
        defaults: &str,
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Faults> {
        let (layers, faults) = Layers::load(defaults, file, environment)?;
        Ok(Self {
            layers,
            read: Vec::new(),
            faults,
        })
    }

    /// Reads a section into its owner's type; none when it has faults, which [`Tree::finish`] reports.
    pub fn section<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        self.read.push(name.to_owned());
        let mut found = Vec::new();
        let value = reading::section(&self.layers, name, &mut found);
        self.faults.0.extend(found);
        value
    }

    /// Where each value came from; or every fault, sections that nobody reads included.
    pub fn finish(mut self) -> Result<Vec<Origin>, Faults> {
        for name in self
            .layers
            .root
            .keys()
            .filter(|name| !self.read.contains(name))
        {
            let mut known = self.read.clone();
            known.sort();
            known.dedup();
            self.faults.0.push(Fault {
                key: name.clone(),
                from: self.layers.source(name),
                what: format!("unknown section; there are {}", known.join(", ")),
            });
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let mut origins = Vec::new();
        for (key, from) in &self.layers.sources {
            if let Some(value) = at(&self.layers.root, key) {
                origins.push(Origin {
                    key: key.clone(),
                    from: from.clone(),
                    shown: shown(key, value),
                });
            }
        }
        Ok(origins)
    }
}

fn shown(key: &str, value: &Value) -> String {
    let last = key.rsplit('.').next().unwrap_or(key);
    let secret = ["secret", "password", "token", "key"]
        .iter()
        .any(|suffix| last.ends_with(suffix));
    if secret {
        "***".into()
    } else {
        value.to_string()
    }
}
