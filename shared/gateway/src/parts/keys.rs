//! Secrets that a first start draws and keeps, each in a file that only its owner may read.

use crate::error::BuildError;
use crate::settings::Settings;
use crossdock_outbound::TierKey;
use data_encoding::BASE64URL_NOPAD;
use secrecy::ExposeSecret as _;
use std::fmt::Display;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Creates a folder that only its owner may open; one that exists stays as it is.
pub(crate) fn create_private_folder(folder: &Path) -> Result<(), BuildError> {
    let created = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    created.map_err(|error| {
        let place = format!("the data folder {} cannot be made", folder.display());
        BuildError::at(place, error)
    })
}

/// The secret that the processes of one installation share, or one of this process's own.
pub(crate) fn tier_key(settings: &Settings, folder: &Path) -> Result<TierKey, BuildError> {
    let refused = |error: &dyn Display| BuildError::at("tier.secret", error);
    if let Some(secret) = &settings.tier.secret {
        return TierKey::new(secret.expose_secret().as_bytes()).map_err(|error| refused(&error));
    }
    let secret = load_or_create(&folder.join("tier.key"))?;
    TierKey::new(secret.as_bytes()).map_err(|error| refused(&error))
}

/// The secret of that file: 32 random bytes as text, drawn when the file is not there yet.
pub(crate) fn load_or_create(file: &Path) -> Result<String, BuildError> {
    match std::fs::read_to_string(file) {
        Ok(secret) if !secret.trim().is_empty() => return Ok(secret.trim().to_owned()),
        Ok(_empty) => {
            let what = format!(
                "{} is empty: delete it, and a new one is drawn",
                file.display()
            );
            return Err(BuildError(what));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(BuildError::at(file.display(), error)),
    }
    let secret = random_secret()?;
    private_file(file, true)
        .and_then(|mut opened| {
            opened.write_all(secret.as_bytes())?;
            opened.sync_all()
        })
        .map_err(|error| BuildError::at(file.display(), error))?;
    Ok(secret)
}

/// 32 random bytes as text.
pub(crate) fn random_secret() -> Result<String, BuildError> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_unspecified| BuildError("the machine gives no randomness".into()))?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// Opens a file that only its owner may read, for writing; `new` refuses one that is there.
pub(crate) fn private_file(file: &Path, new: bool) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).mode(0o600);
    if new {
        options.create_new(true)
    } else {
        options.create(true).truncate(true)
    };
    options.open(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_secret_is_drawn_once_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("quote.key");
        let drawn = load_or_create(&file).unwrap();
        assert_eq!(load_or_create(&file).unwrap(), drawn);
        assert_eq!(drawn.len(), 43);
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
