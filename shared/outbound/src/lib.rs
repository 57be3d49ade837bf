//! The one HTTP client: routes, deadlines, deliveries.
