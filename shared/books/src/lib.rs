//! What every embedded backend is built from: books, request log, faults, webhooks.
