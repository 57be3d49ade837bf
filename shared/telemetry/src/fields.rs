//! The names of log fields, for whoever searches lines: one thing has one name in all of them.

/// The correlation id, as `x-correlation-id` carries it.
pub const CORRELATION: &str = "correlation";
/// The tenant, which is a retailer of the installation.
pub const TENANT: &str = "tenant";
/// The registered application that calls.
pub const CONSUMER: &str = "consumer";
/// The operation's id in the contract.
pub const OPERATION: &str = "operation";
/// The HTTP method of the request.
pub const METHOD: &str = "method";
/// The route's pattern, never the path with its ids.
pub const ROUTE: &str = "route";
/// The HTTP status of the response.
pub const STATUS: &str = "status";
/// How long it took, in milliseconds.
pub const MILLISECONDS: &str = "ms";
