//! The customer-service channel's view.
