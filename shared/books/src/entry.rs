//! A request's line in the book, as a handler holds it.

use crate::book::Book;
use crate::error::{Outcome, VendorError};
use crate::tx::{Request, Tx};
use axum::extract::FromRequestParts;
use crossdock_store::WriteError;
use http::StatusCode;
use http::request::Parts;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The request's line in the log: what it writes becomes true together with that line.
#[derive(Debug, Clone)]
pub struct Entry {
    book: Book,
    request: Arc<Request>,
    logged: Arc<AtomicBool>,
}

impl Entry {
    pub(crate) fn new(book: Book, request: Arc<Request>) -> Self {
        Self {
            book,
            request,
            logged: Arc::default(),
        }
    }

    /// One transaction: the effect, and the request's line with its outcome.
    ///
    /// Check first, write after; the work may be run twice and must touch nothing but the transaction.
    pub async fn write<T, F>(&self, work: F) -> Result<T, VendorError>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        let request = Some(Arc::clone(&self.request));
        match self.book.commit(request, work).await {
            Ok(result) => {
                self.logged.store(true, Ordering::Relaxed);
                result
            }
            Err(nothing_written) => Err(nothing_written.into()),
        }
    }

    /// The request's idempotency key.
    pub fn key(&self) -> Option<&str> {
        self.request.key.as_deref()
    }

    /// The book it belongs to.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Writes a line of its own: before acting without a status, or after a refusal that wrote nothing.
    pub(crate) async fn log(&self, status: Option<StatusCode>) -> Result<(), VendorError> {
        let request = Arc::clone(&self.request);
        let status = status.map(|status| status.as_u16());
        let line = move |tx: &Tx<'_>| Ok(request.log(tx, tx.now(), status, None, false)?);
        match self.book.commit(None, line).await {
            Ok(written) => written,
            Err(WriteError::Refused(no)) => Err(no),
            Err(WriteError::Store(error)) => Err(error.into()),
        }
    }

    /// Whether a transaction has written its line.
    pub(crate) fn is_logged(&self) -> bool {
        self.logged.load(Ordering::Relaxed)
    }
}

impl<S: Sync> FromRequestParts<S> for Entry {
    type Rejection = VendorError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, VendorError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            VendorError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "this backend is served without its books: wrap its router in serve()",
            )
        })
    }
}
