//! The canonical contract of the payment system API: authorisations, captures, refunds.

mod client;
mod model;
mod refund;
mod webhook;

pub use client::PaymentClient;
pub use model::{Authorise, Capture, CaptureState, Captured, Payment, PaymentState, Void, Voided};
pub use refund::{Refund, RefundState, Refunded};
pub use webhook::{KeptWebhook, TakeWebhook, WebhookTaken};

/// The name of this API: of its route, its feed and its scopes.
pub const API: crossdock_model::ApiId = crossdock_model::ApiId::system("payment");
