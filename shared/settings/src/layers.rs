//! The layers of a configuration in one table: defaults, file, environment.

use crate::faults::{Fault, Faults, Source};
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

/// What every variable of ours begins with.
pub(crate) const PREFIX: &str = "CROSSDOCK__";
/// Keys whose value is read from the file that their `-file` sibling names.
const IN_FILES: [&str; 4] = ["secret-file", "key-file", "password-file", "token-file"];

/// Every value, with where it came from.
#[derive(Debug)]
pub(crate) struct Layers {
    pub(crate) root: Table,
    pub(crate) defaults: Table,
    pub(crate) sources: BTreeMap<String, Source>,
    /// The text of each variable, before it was taken for a number or a list.
    pub(crate) texts: BTreeMap<String, String>,
}

impl Layers {
    /// Lays file over defaults, and environment over both. A value file that cannot be read is among the faults.
    pub(crate) fn load(
        defaults: &str,
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(Self, Faults), Faults> {
        let parsed = |name: &str, text: &str| {
            text.parse::<Table>()
                .map_err(|error| Faults::one(name, error.to_string()))
        };
        let defaults = parsed("default.toml", defaults)?;
        let mut layers = Self {
            root: Table::new(),
            defaults: defaults.clone(),
            sources: BTreeMap::new(),
            texts: BTreeMap::new(),
        };
        layers.override_with(defaults, &Source::Default);
        if let Some(file) = file {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(file)
                .map_err(|error| Faults::one(&name, format!("cannot be read: {error}")))?;
            layers.override_with(parsed(&name, &text)?, &Source::File(file.to_owned()));
        }
        let mut variables: Vec<_> = environment.into_iter().collect();
        variables.sort();
        for (name, value) in variables {
            if let Some(key) = name.strip_prefix(PREFIX) {
                layers.set(&name, key, &value);
            }
        }
        let mut root = std::mem::take(&mut layers.root);
        let mut faults = Faults::default();
        layers.open_files(&mut root, "", &mut faults);
        layers.root = root;
        Ok((layers, faults))
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

    fn override_with(&mut self, over: Table, source: &Source) {
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
            value_of(text)
        };
        let over = path.into_iter().rev().fold(value, |inner, part| {
            Value::Table(Table::from_iter([(part, inner)]))
        });
        if let Value::Table(over) = over {
            self.override_with(over, &Source::Environment(name.to_owned()));
            self.texts.insert(dotted, text.to_owned());
        }
    }

    /// Replaces `x-secret-file` by `x-secret` with the file's content, and the like.
    fn open_files(&mut self, table: &mut Table, prefix: &str, faults: &mut Faults) {
        let names: Vec<String> = table.keys().cloned().collect();
        for name in names {
            let key = join(prefix, &name);
            let in_file = IN_FILES.iter().any(|suffix| name.ends_with(suffix));
            match table.get_mut(&name) {
                Some(Value::Table(inner)) => self.open_files(inner, &key, faults),
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
                            faults.0.push(Fault { key, from, what });
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
fn value_of(text: &str) -> Value {
    let table = format!("value = {text}").parse::<Table>();
    let value = table.ok().and_then(|mut table| table.remove("value"));
    let plain = |value: &Value| !matches!(value, Value::Datetime(_) | Value::Float(_));
    value
        .filter(plain)
        .unwrap_or_else(|| Value::String(text.to_owned()))
}
