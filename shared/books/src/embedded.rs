//! A whole embedded backend: what the gateway serves, audits and runs beside.

use crate::book::Book;
use crate::faults::Faults;
use crate::outbox::Deliverer;
use crate::retention::{self, Retention};
use axum::Router;
use crossdock_runtime::{Background, Stopping};
use secrecy::SecretString;
use std::fmt;

/// An embedded backend, ready to be served.
pub struct Embedded {
    /// Its HTTP API, behind its key.
    pub router: Router,
    /// The book that its API writes, for audits and backups.
    pub book: Book,
    /// What it does by itself.
    pub background: Vec<(&'static str, Background)>,
}

impl Embedded {
    /// A vendor's API over its book.
    pub fn new(book: Book, api_key: SecretString, router: Router) -> Self {
        Self {
            router: crate::serve(&book, api_key, router),
            book,
            background: Vec::new(),
        }
    }

    /// With work that runs beside it.
    #[must_use]
    pub fn with_background<F>(
        mut self,
        name: &'static str,
        work: impl FnOnce(Stopping) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let work: Background = Box::new(move |stopping| Box::pin(work(stopping)));
        self.background.push((name, work));
        self
    }

    /// With webhooks delivered as they are announced.
    #[must_use]
    pub fn with_webhooks(self, deliverer: Deliverer) -> Self {
        self.with_background("webhooks", move |stopping| deliverer.run(stopping))
    }

    /// With an end for what its book keeps only for looking back.
    #[must_use]
    pub fn with_retention(self, retention: Retention) -> Self {
        let book = self.book.clone();
        self.with_background("retention", move |stopping| {
            retention::run(book, retention, stopping)
        })
    }

    /// The switches for its faults.
    pub fn faults(&self) -> &Faults {
        self.book.faults()
    }
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded")
            .field("book", &self.book)
            .finish_non_exhaustive()
    }
}
