//! The registered consumers: who they are, what they may do, and the hash of what only they know.

use super::{Consumer, Consumers, IssuerError, Roles, SubjectKind};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use crossdock_model::Tenant;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Registered consumers by name.
#[derive(Debug)]
pub struct ConsumerDirectory {
    by_name: BTreeMap<Arc<str>, Client>,
}

/// A registered consumer with its roles resolved to scopes.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) name: Arc<str>,
    pub(super) tenant: Tenant,
    secret: [u8; 32],
    /// Its scopes on nobody's behalf.
    pub(super) scopes: BTreeSet<Arc<str>>,
    /// Its scopes on behalf of each kind of subject.
    pub(super) acts_for: BTreeMap<SubjectKind, BTreeSet<Arc<str>>>,
}

impl ConsumerDirectory {
    /// The consumers of the configuration; those without a hash get a secret of their own, kept in the data folder.
    pub fn open(
        consumers: &Consumers,
        roles: &Roles,
        tenants: &HashSet<Tenant>,
        folder: &Path,
    ) -> Result<Self, IssuerError> {
        let mut by_name = BTreeMap::new();
        let mut faults = Vec::new();
        for (name, consumer) in consumers {
            let key = format!("consumers.{name}");
            if !tenants.contains(&consumer.tenant) {
                faults.push(format!(
                    "{key}.tenant: no tenant {} in [tenants]",
                    consumer.tenant
                ));
            }
            let mut scopes = |list: &str, names: &[Arc<str>]| {
                let mut scopes = BTreeSet::new();
                for role in names {
                    match roles.get(role) {
                        Some(role) => scopes.extend(role.scopes.iter().cloned()),
                        None => faults.push(format!("{key}.{list}: no role {role} in [roles]")),
                    }
                }
                scopes
            };
            let own = scopes("roles", &consumer.roles);
            let acts_for = consumer.acts_for.iter();
            let acts_for = acts_for
                .map(|(kind, names)| (*kind, scopes("acts-for", names)))
                .collect();
            let secret = match hash_of(name, consumer, folder) {
                Ok(Some(hash)) => hash,
                Ok(None) => {
                    faults.push(format!(
                        "{key}.secret-sha256: 64 hexadecimal digits are needed"
                    ));
                    continue;
                }
                Err(error) => return Err(error),
            };
            let client = Client {
                name: Arc::clone(name),
                tenant: consumer.tenant.clone(),
                secret,
                scopes: own,
                acts_for,
            };
            by_name.insert(Arc::clone(name), client);
        }
        if faults.is_empty() {
            Ok(Self { by_name })
        } else {
            Err(IssuerError::Consumers(faults))
        }
    }

    /// Where the secret of a consumer is kept that was drawn at the first start.
    pub fn secret_file(folder: &Path, consumer: &str) -> PathBuf {
        folder.join("consumers").join(format!("{consumer}.secret"))
    }

    /// Whether a tenant's configuration knows an application of that name.
    pub(crate) fn is_registered(&self, name: &str, tenant: &Tenant) -> bool {
        self.named(name)
            .is_some_and(|client| client.tenant == *tenant)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Client> {
        self.by_name.get(name)
    }

    /// The consumer that knows that secret; an unknown name takes as long as a wrong secret.
    pub(super) fn authenticated(&self, name: &str, secret: &str) -> Option<&Client> {
        let given = digest(&SHA256, secret.as_bytes());
        let client = self.named(name);
        let expected = client.map_or([0; 32], |client| client.secret);
        let same = verify_slices_are_equal(&expected, given.as_ref()).is_ok();
        client.filter(|_| same)
    }
}

/// The configured hash, or that of the drawn secret; none when the configured one is no SHA-256.
fn hash_of(
    name: &str,
    consumer: &Consumer,
    folder: &Path,
) -> Result<Option<[u8; 32]>, IssuerError> {
    if let Some(text) = &consumer.secret_sha256 {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes());
        return Ok(bytes.ok().and_then(|bytes| bytes.try_into().ok()));
    }
    let secret = drawn_secret(&ConsumerDirectory::secret_file(folder, name))?;
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
    Ok(Some(hash))
}

/// The secret kept in that file, drawn when there is none yet.
fn drawn_secret(file: &Path) -> Result<String, IssuerError> {
    match std::fs::read_to_string(file) {
        Ok(secret) => return Ok(secret.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(IssuerError::File(file.to_owned(), error)),
    }
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_unspecified| {
        let why = "the machine gives no randomness".to_owned();
        IssuerError::Keys(file.display().to_string(), why)
    })?;
    let secret = BASE64URL_NOPAD.encode(&bytes);
    keep(file, secret.as_bytes())?;
    Ok(secret)
}

/// Writes a file that only its owner may read, once, and durably.
pub(super) fn keep(file: &Path, content: &[u8]) -> Result<(), IssuerError> {
    let write = || {
        if let Some(folder) = file.parent() {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
        }
        let mut options = std::fs::OpenOptions::new();
        let mut opened = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)?;
        opened.write_all(content)?;
        opened.sync_all()
    };
    write().map_err(|error: std::io::Error| IssuerError::File(file.to_owned(), error))
}
