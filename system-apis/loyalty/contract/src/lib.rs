//! The canonical contract of the loyalty system API: accounts, evaluation, burns, accruals.

mod account;
mod client;
mod earn;
mod evaluate;
mod hold;
mod sample;

pub use account::{Ledger, LedgerEntry, Lot, LoyaltyAccount};
pub use client::LoyaltyClient;
pub use earn::{
    Accrual, Accrue, Mature, Matured, Reverse, Reversed, RunAccrual, RunReversal, UnitAccrualState,
};
pub use evaluate::{
    BasketLine, Earn, Evaluate, Evaluation, Funding, Promotion, Redemption, Scope, Treatment,
};
pub use hold::{
    Burnt, Confirm, Extend, Held, Hold, HoldState, LotUse, Release, Released, Restore, Restored,
    RunPoints,
};

/// The name of this API: of its route and its scopes.
pub const API: crossdock_model::ApiId = crossdock_model::ApiId::system("loyalty");
