//! The names of log fields, for whoever searches lines: one thing has one name in all of them.

/// The journey.
pub const CORRELATION: &str = "correlation";
/// The retailer.
pub const TENANT: &str = "tenant";
/// The application that calls.
pub const CONSUMER: &str = "consumer";
/// The operation id.
pub const OPERATION: &str = "operation";
/// The HTTP method.
pub const METHOD: &str = "method";
/// The route's pattern.
pub const ROUTE: &str = "route";
/// The HTTP status.
pub const STATUS: &str = "status";
/// How long it took, in milliseconds.
pub const MILLISECONDS: &str = "ms";
