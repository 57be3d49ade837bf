//! What an operation declares of itself: who may call it, who answers for it, what it promises.

use axum::http::Method;
pub use crossdock_model::event::DataClass;
use std::time::Duration;

/// The governance of one operation, in its contract as `security` and `x-` members.
///
/// No member has a default: each is a decision that somebody makes. Operations that are governed alike share
/// a constant, and one that differs in a member says which: `Declaration { owner: Domain::Finance, ..READ }`.
/// Whoever leaves one out, who may call for instance, gets a compile error:
///
/// ```compile_fail,E0063
/// # use crossdock_runtime::*;
/// # use std::time::Duration;
/// const READ: Declaration = Declaration {
///     owner: Domain::Commerce,
///     pattern: Pattern::Sync,
///     latency: Duration::from_millis(50),
///     limit: LimitClass::Read,
///     data: DataClass::Public,
///     idempotency: Idempotency::Safe,
///     degrade: "last known shelf",
/// };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration {
    /// Who may call it: anybody, or tokens with certain scopes.
    pub security: Security,
    /// Whose business it is: the domain that answers for its contract.
    pub owner: Domain,
    /// How it fits into the flow (`x-pattern`).
    pub pattern: Pattern,
    /// The latency objective (`x-latency-ms`); a slower answer counts against the service level.
    pub latency: Duration,
    /// Which of its consumer's limits a call counts against (`x-limit-class`).
    pub limit: LimitClass,
    /// How carefully its payloads are handled: their most sensitive member decides (`x-data-class`).
    pub data: DataClass,
    /// How a call that comes twice is recognised.
    pub idempotency: Idempotency,
    /// What callers get while something behind it is down (`x-degrade`).
    pub degrade: &'static str,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Anybody, without a token.
    Public,
    /// A caller whose token grants every one of these scopes.
    Scopes(&'static [&'static str]),
}

/// The business domains that own operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Owns products, quotes and orders.
    Commerce,
    /// Owns stock, fulfilment and the movement of goods.
    SupplyChain,
    /// Owns card payments, tax and the general ledger.
    Finance,
    /// Owns customers, their points and the service to them.
    Customer,
}

impl Domain {
    /// The value of `x-domain` in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commerce => "commerce",
            Self::SupplyChain => "supply chain",
            Self::Finance => "finance",
            Self::Customer => "customer",
        }
    }
}

/// How an operation fits into the flow of the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// The answer is the whole effect.
    Sync,
    /// It reports events, or answers from a model that events built.
    Event,
    /// It runs at its time, whoever asks.
    Scheduled,
    /// Decided in the answer, completed without the caller.
    Hybrid,
}

impl Pattern {
    /// The value of `x-pattern` in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Event => "event",
            Self::Scheduled => "scheduled",
            Self::Hybrid => "hybrid",
        }
    }
}

/// The classes in which a consumer's calls are limited; `[policy.limits]` gives each its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitClass {
    /// Whatever has no class of its own.
    Default,
    /// Reads that no other class covers.
    Read,
    /// From the quote to the placed order.
    Checkout,
    /// Money taken and money owed, after the order is placed.
    Capture,
    /// Money and tax given back.
    Refund,
    /// Returns and cancellations, dry runs included.
    Returns,
    /// Reads and movements of loyalty points.
    Loyalty,
    /// Postings of documents into the general ledger.
    Posting,
    /// Pages of an event feed, read by cursor.
    Feed,
}

impl LimitClass {
    /// Every class, in the order of the settings reference.
    pub const ALL: [Self; 9] = [
        Self::Default,
        Self::Read,
        Self::Checkout,
        Self::Capture,
        Self::Refund,
        Self::Returns,
        Self::Loyalty,
        Self::Posting,
        Self::Feed,
    ];

    /// The value of `x-limit-class` in the contract, and the key in `[policy.limits]`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Read => "read",
            Self::Checkout => "checkout",
            Self::Capture => "capture",
            Self::Refund => "refund",
            Self::Returns => "returns",
            Self::Loyalty => "loyalty",
            Self::Posting => "posting",
            Self::Feed => "feed",
        }
    }

    /// The class of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }
}

/// How a call that comes twice is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// It need not be: the operation changes nothing (RFC 9110, "Safe Methods").
    Safe,
    /// It need not be: twice leaves what once leaves (RFC 9110, "Idempotent Methods").
    Inherent,
    /// By the caller's `Idempotency-Key`; without one the call is refused.
    CallerKey,
    /// By the step's key in `Crossdock-Delivery`; a call without one counts as repeated.
    Delivery,
}

/// A declaration with the place in its API to which it belongs.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Relative to the API's base, as router and contract write it: `/orders/{id}`.
    pub path: String,
    /// The method of that path.
    pub method: Method,
    /// What the operation there declares.
    pub declaration: Declaration,
}
