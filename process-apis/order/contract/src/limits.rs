//! What one order holds at most, the same for a quote, a captured order and an order.

/// Lines of an order.
pub const MOST_LINES: usize = 200;

/// Units of an order, over all its lines: as many as one line may have.
pub const MOST_UNITS: u32 = crossdock_model::Quantity::MOST;

/// Characters of a `quoteId`.
pub const MOST_QUOTE_ID: usize = 65_536;
