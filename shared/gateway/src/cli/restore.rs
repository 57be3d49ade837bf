//! `crossdock restore`: a verified backup into an empty data folder.

use crate::backup::{self, BackupError, Restored};
use crate::cli::{Common, Failure, print};
use clap::Args;
use crossdock_model::Clock as _;
use crossdock_runtime::SystemClock;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Which backup, and what becomes of what is in the folder.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The folder that crossdock backup wrote.
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
    /// Move what is in the data folder aside, into before-restore-… inside it.
    #[arg(long)]
    force: bool,
}

pub(crate) async fn run(common: &Common, restore: &Restore) -> Result<(), Failure> {
    let (settings, _) = common.settings()?;
    let (from, folder, force) = (
        restore.from.clone(),
        settings.store.folder.clone(),
        restore.force,
    );
    let now = SystemClock::new().now();
    let restoring =
        tokio::task::spawn_blocking(move || backup::restore(&from, &folder, force, now));
    let restored = match restoring.await {
        Ok(Ok(restored)) => restored,
        Ok(Err(BackupError::Refused(why))) => return Err(Failure::refused(why)),
        Ok(Err(BackupError::Failed(why))) => {
            return Err(Failure::failed(format!("the restore failed: {why}")));
        }
        Err(broken) => return Err(Failure::failed(broken.to_string())),
    };
    report(common, &restored, &settings.store.folder);
    Ok(())
}

fn report(common: &Common, restored: &Restored, folder: &Path) {
    let Restored { manifest, aside } = restored;
    if common.is_json() {
        print::json(&json!({ "manifest": manifest, "data": folder, "aside": aside }));
        return;
    }
    for file in &manifest.files {
        print::out(&format!("restored   {}", folder.join(&file.path).display()));
    }
    if let Some(aside) = aside {
        print::message(&format!("what was there before is in {}", aside.display()));
    }
    print::message(&format!(
        "{} is as it was at {}, each file verified\n\
         what was accepted after that moment is unknown to it: ask channels and backends for later orders\n\
         what was under way goes on by itself with: crossdock serve --data {}",
        folder.display(),
        manifest.taken,
        folder.display(),
    ));
}
