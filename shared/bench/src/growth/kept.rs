//! What a run over a folder has come to so far, beside the data, so that the next run goes on from there.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::path::Path;

/// What that file says, or else what is made now, which it says from here on.
pub(crate) async fn once<T: Serialize + DeserializeOwned>(
    file: &Path,
    making: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    let at = |why: String| format!("{}: {why}", file.display());
    if file.exists() {
        let text = fs::read(file).map_err(|error| at(error.to_string()))?;
        return serde_json::from_slice(&text).map_err(|error| at(error.to_string()));
    }
    let made = making.await?;
    let text = serde_json::to_vec(&made).map_err(|error| at(error.to_string()))?;
    // Whole or not at all, whenever the run is cut off.
    let whole = file.with_extension("new");
    let written = fs::write(&whole, text).and_then(|()| fs::rename(&whole, file));
    written.map_err(|error| at(error.to_string()))?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_made_is_read_the_next_time_and_a_failure_is_kept_by_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made.json");
        let failed: Result<u64, _> = once(&file, async { Err("no".to_owned()) }).await;
        assert_eq!(failed, Err("no".to_owned()));
        let made = once(&file, async { Ok(1) }).await;
        let again = once(&file, async { Ok(2) }).await;
        assert_eq!((made, again), (Ok(1), Ok(1)));
    }
}
