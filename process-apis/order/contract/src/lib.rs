//! The contract of the order process API: quotes, orders as sold, and the client that asks for them.
//!
//! The order as sold is frozen at the pivot, unit by unit. Cancellations, returns and refunds are
//! look-ups in it (`sold`); nothing is recomputed.

mod cancel;
mod captured;
mod client;
mod contact;
mod erase;
mod limits;
mod lookup;
mod order;
mod place;
mod provider_money;
mod quote;
mod refunding;
mod runs;
mod sold;
mod timeline;
mod transitions;
mod view;

pub use cancel::{CancelLine, CancelOrder, Cancelled, DecidedBy};
pub use captured::{CapturedLine, CapturedOrder, CapturedTender};
pub use client::{OrderClient, Placed};
pub use contact::Contact;
pub use erase::{ErasePersonalData, ErasureReason, PersonalDataErased};
pub use limits::{MOST_LINES, MOST_QUOTE_ID, MOST_UNITS};
pub use lookup::{OrderLookup, OrderQuery, ShippedItem};
pub use order::{
    AppliedPromotion, Earn, Funding, Lifecycle, Mode, Order, OrderLine, Pins, PromotionScope,
    Redemption, Shipment, Totals, Treatment,
};
pub use place::{PlaceOrder, Tender};
pub use provider_money::{
    Attribution, Dispute, ProviderCapture, ProviderMoney, ProviderRefund, Purpose, ReturnRefund,
};
pub use quote::{Quote, QuoteLine, QuoteRequest, RequestedLine};
pub use runs::joined;
pub use sold::{Charge, PromotionShare, Share, UnitRun, UnitState};
pub use timeline::{Position, Timeline, TimelineEntry, WorkflowStep};
pub use view::{OrderView, Status, UnitView};
