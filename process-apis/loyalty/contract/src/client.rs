//! The client of the loyalty process API.

use crate::{LedgerPage, MemberAccount, PointsWorth, RedemptionQuote};
use crossdock_model::{ApiId, Context, Fault, MemberId, Tier};
use crossdock_outbound::{Directory, Route};

/// Calls the loyalty process API, as its router or over HTTP.
#[derive(Debug, Clone)]
pub struct LoyaltyClient {
    route: Route,
}

impl LoyaltyClient {
    /// The id that its route is found by.
    pub const API: ApiId = ApiId::process("loyalty");

    /// A client over that directory, for calls from that tier.
    pub fn new(directory: &Directory, from: Tier) -> Self {
        Self {
            route: directory.route(from, Self::API),
        }
    }

    /// Reads a member's account; refused with `not_found` for an unknown member.
    pub async fn account(
        &self,
        context: &Context,
        member: &MemberId,
    ) -> Result<MemberAccount, Fault> {
        self.route
            .get(context, format!("/members/{}/account", member.0))
            .send()
            .await
    }

    /// Reads a member's newest movements, newest first.
    pub async fn ledger(&self, context: &Context, member: &MemberId) -> Result<LedgerPage, Fault> {
        self.route
            .get(context, format!("/members/{}/ledger", member.0))
            .send()
            .await
    }

    /// Asks what points would take off a basket.
    pub async fn worth(
        &self,
        context: &Context,
        quote: &RedemptionQuote,
    ) -> Result<PointsWorth, Fault> {
        self.route
            .post(context, "/redemption-quotes")
            .json(quote)
            .send()
            .await
    }
}
