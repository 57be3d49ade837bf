//! What a shop's history takes on disk.

use crate::shop::Shop;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Bytes in use: of databases without their free pages.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Bytes {
    /// In the stores of both tiers.
    pub(crate) stores: u64,
    /// In the books of all backends.
    pub(crate) books: u64,
    /// In the archive's files.
    pub(crate) archives: u64,
}

impl Bytes {
    /// What is in use in that folder, which that shop is open over.
    pub(crate) async fn of(shop: &Shop, folder: &Path) -> Result<Self, String> {
        let mut used = Self::default();
        let stores = [shop.gateway.process_store(), shop.gateway.system_store()];
        for store in stores.into_iter().flatten() {
            let bytes = store.writer().used_bytes().await;
            used.stores += bytes.map_err(|error| error.to_string())?;
        }
        for backend in shop.gateway.backends() {
            let bytes = backend.book.writer().used_bytes().await;
            used.books += bytes.map_err(|error| error.to_string())?;
        }
        used.archives = archives(folder).map_err(|error| error.to_string())?;
        Ok(used)
    }

    /// What each of so many orders added to the other shop's.
    pub(crate) fn each(self, other: Self, orders: u64) -> Self {
        let each = |more: u64, few: u64| more.saturating_sub(few).checked_div(orders);
        Self {
            stores: each(self.stores, other.stores).unwrap_or(0),
            books: each(self.books, other.books).unwrap_or(0),
            archives: each(self.archives, other.archives).unwrap_or(0),
        }
    }
}

fn archives(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in folder.read_dir()? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("archive-") {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
