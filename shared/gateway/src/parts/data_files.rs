//! The database files of a process, as readiness, metrics and backups look at them.

use crate::parts::{Backend, Stores};
use crossdock_store::{SqliteStore, Writer};
use std::sync::Arc;

/// A file of the data folder with its one writer.
#[derive(Debug, Clone)]
pub(crate) struct DataFile {
    /// Where it is in the data folder: `process.db`, `books/erp-main.db`.
    pub(crate) path: String,
    /// Whether it is a store of record, with layout and audit chains, rather than a backend's book.
    pub(crate) is_store: bool,
    pub(crate) writer: Writer,
}

/// All that this process writes: stores first, then the books of its embedded backends; and what has left for the archive.
#[derive(Debug, Clone)]
pub(crate) struct DataFiles {
    live: Arc<[DataFile]>,
    /// The stores, each of which has an archive.
    stores: Arc<[SqliteStore]>,
}

impl DataFiles {
    pub(crate) fn of(stores: &Stores, backends: &[Backend]) -> Self {
        let archived = stores.all().map(|(_, store)| store.clone()).collect();
        let stores = stores.all().map(|(name, store)| DataFile {
            path: format!("{name}.db"),
            is_store: true,
            writer: store.writer().clone(),
        });
        let books = backends.iter().map(|backend| DataFile {
            path: format!("books/{}-{}.db", backend.domain, backend.connector),
            is_store: false,
            writer: backend.book.writer().clone(),
        });
        Self {
            live: stores.chain(books).collect(),
            stores: archived,
        }
    }

    /// The stores beside which the archive's months are.
    pub(crate) fn archived(&self) -> &[SqliteStore] {
        &self.stores
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &DataFile> {
        self.live.iter()
    }

    /// Each file that cannot be written at present: its name, what failed, what to do.
    pub(crate) fn unwritable(&self) -> Vec<String> {
        let why = |file: &DataFile| {
            let why = file.writer.unwritable()?;
            Some(format!("{} cannot be written: {why}", file.path))
        };
        self.iter().filter_map(why).collect()
    }
}
