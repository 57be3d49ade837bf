//! What is wrong with a configuration, and where each of its values came from.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The defaults inside the binary.
    Default,
    /// The configuration file, by its path.
    File(PathBuf),
    /// An environment variable, by its name.
    Environment(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => f.write_str(name),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The dotted key, `policy.experience.deadline`.
    pub key: String,
    /// Where it was set, where it was.
    pub from: Option<Source>,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.what)?;
        match &self.from {
            Some(from) => write!(f, " ({from})"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong, one line each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    /// A single fault, for rules that a type cannot hold.
    pub fn one(key: impl Into<String>, what: impl Into<String>) -> Self {
        Self(vec![Fault {
            key: key.into(),
            from: None,
            what: what.into(),
        }])
    }

    /// The faults, in the order they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }

    /// Adds the faults of another check.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Whether no fault was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A value's key, where it came from, and what it is unless it is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The dotted key of the value.
    pub key: String,
    /// The file, variable or default that set it.
    pub from: Source,
    /// The value as text; `***` for secrets.
    pub shown: String,
}
