//! Three layers of configuration as one tree: defaults, file, environment.

use crate::faults::{Fault, Faults, Origin, Source};
use crate::reading;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

/// What every variable of ours begins with.
pub(crate) const PREFIX: &str = "CROSSDOCK__";
/// Keys whose value is read from the file that their `-file` sibling names.
const IN_FILES: [&str; 4] = ["secret-file", "key-file", "password-file", "token-file"];

/// The configuration before its sections are read.
#[derive(Debug)]
pub struct Tree {
    pub(crate) root: Table,
    pub(crate) defaults: Table,
    pub(crate) sources: BTreeMap<String, Source>,
    /// What variables said before it was taken for a number or a list.
    pub(crate) spoken: BTreeMap<String, String>,
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
        let parsed = |name: &str, text: &str| {
            text.parse::<Table>()
                .map_err(|error| Faults::one(name, error.to_string()))
        };
        let defaults = parsed("default.toml", defaults)?;
        let mut tree = Self {
            root: Table::new(),
            defaults: defaults.clone(),
            sources: BTreeMap::new(),
            spoken: BTreeMap::new(),
            read: Vec::new(),
            faults: Faults::default(),
        };
        tree.lay(defaults, &Source::Default);
        if let Some(file) = file {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(file)
                .map_err(|error| Faults::one(&name, format!("cannot be read: {error}")))?;
            tree.lay(parsed(&name, &text)?, &Source::File(file.to_owned()));
        }
        let mut variables: Vec<_> = environment.into_iter().collect();
        variables.sort();
        for (name, value) in variables {
            if let Some(key) = name.strip_prefix(PREFIX) {
                tree.set(&name, key, &value);
            }
        }
        let mut root = std::mem::take(&mut tree.root);
        tree.open_files(&mut root, "");
        tree.root = root;
        Ok(tree)
    }

    /// Reads a section into its owner's type; none when it has faults, which are kept for [`Tree::finish`].
    pub fn section<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        self.read.push(name.to_owned());
        let mut found = Vec::new();
        let value = reading::section(self, name, &mut found);
        self.faults.0.extend(found);
        value
    }

    /// Where each value came from; or every fault, sections that nobody reads included.
    pub fn finish(mut self) -> Result<Vec<Origin>, Faults> {
        for name in self.root.keys().filter(|name| !self.read.contains(name)) {
            let mut known = self.read.clone();
            known.sort();
            known.dedup();
            self.faults.0.push(Fault {
                key: name.clone(),
                from: self.source(name),
                what: format!("unknown section; there are {}", known.join(", ")),
            });
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let mut origins = Vec::new();
        for (key, from) in &self.sources {
            if let Some(value) = at(&self.root, key) {
                origins.push(Origin {
                    key: key.clone(),
                    from: from.clone(),
                    shown: shown(key, value),
                });
            }
        }
        Ok(origins)
    }

    /// Where a key was set; of a table, where any part of it was.
    pub(crate) fn source(&self, key: &str) -> Option<Source> {
        let exact = self.sources.get(key);
        let below = || {
            let inside = |name: &str| {
                name.strip_prefix(key)
                    .is_some_and(|rest| rest.starts_with('.'))
            };
            self.sources
                .iter()
                .find(|(name, _)| inside(name))
                .map(|(_, source)| source)
        };
        let above = || {
            let (parent, _) = key.rsplit_once('.')?;
            self.sources.get(parent)
        };
        exact.or_else(below).or_else(above).cloned()
    }

    fn lay(&mut self, over: Table, source: &Source) {
        let mut root = std::mem::take(&mut self.root);
        merge(&mut root, over, "", source, &mut self.sources);
        self.root = root;
    }

    /// One variable: `ERP__BASE_URL` is `erp.base-url`.
    fn set(&mut self, name: &str, key: &str, text: &str) {
        let path: Vec<String> = key
            .split("__")
            .map(|part| part.to_lowercase().replace('_', "-"))
            .collect();
        let dotted = path.join(".");
        let is_text = matches!(at(&self.root, &dotted), Some(Value::String(_)));
        let value = if is_text {
            Value::String(text.to_owned())
        } else {
            spoken(text)
        };
        let over = path.into_iter().rev().fold(value, |inner, part| {
            Value::Table(Table::from_iter([(part, inner)]))
        });
        if let Value::Table(over) = over {
            self.lay(over, &Source::Environment(name.to_owned()));
            self.spoken.insert(dotted, text.to_owned());
        }
    }

    /// Replaces `x-secret-file` by `x-secret` with the file's content, and the like.
    fn open_files(&mut self, table: &mut Table, prefix: &str) {
        let names: Vec<String> = table.keys().cloned().collect();
        for name in names {
            let key = join(prefix, &name);
            let in_file = IN_FILES.iter().any(|suffix| name.ends_with(suffix));
            match table.get_mut(&name) {
                Some(Value::Table(inner)) => self.open_files(inner, &key),
                Some(Value::String(path)) if in_file => {
                    let read = std::fs::read_to_string(&*path);
                    match read {
                        Ok(content) => {
                            let stem = name.trim_end_matches("-file").to_owned();
                            let source = self.sources.remove(&key).unwrap_or(Source::Default);
                            self.sources.insert(join(prefix, &stem), source);
                            table.remove(&name);
                            table.insert(stem, Value::String(content.trim_end().to_owned()));
                        }
                        Err(error) => {
                            let what = format!("{path} cannot be read: {error}");
                            let from = self.source(&key);
                            self.faults.0.push(Fault { key, from, what });
                            table.remove(&name);
                        }
                    }
                }
                Some(_) | None => {}
            }
        }
    }
}

fn merge(
    under: &mut Table,
    over: Table,
    prefix: &str,
    source: &Source,
    sources: &mut BTreeMap<String, Source>,
) {
    for (name, value) in over {
        let key = join(prefix, &name);
        match (under.get_mut(&name), value) {
            (Some(Value::Table(below)), Value::Table(above)) => {
                merge(below, above, &key, source, sources);
            }
            (_, Value::Table(above)) => {
                let mut fresh = Table::new();
                merge(&mut fresh, above, &key, source, sources);
                under.insert(name, Value::Table(fresh));
            }
            (_, plain) => {
                sources.insert(key, source.clone());
                under.insert(name, plain);
            }
        }
    }
}

/// The value of a dotted key.
pub(crate) fn at<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    let mut parts = key.split('.');
    let first = table.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.as_table()?.get(part))
}

pub(crate) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

/// A variable's text as the value it looks like; text where it looks like none.
fn spoken(text: &str) -> Value {
    let table = format!("value = {text}").parse::<Table>();
    let value = table.ok().and_then(|mut table| table.remove("value"));
    let plain = |value: &Value| !matches!(value, Value::Datetime(_) | Value::Float(_));
    value
        .filter(plain)
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

fn shown(key: &str, value: &Value) -> String {
    let last = key.rsplit('.').next().unwrap_or(key);
    let secret = ["secret", "password", "token", "key"]
        .iter()
        .any(|word| last.ends_with(word));
    if secret {
        "***".into()
    } else {
        value.to_string()
    }
}
