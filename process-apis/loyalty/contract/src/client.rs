//! The client of the loyalty process API.

use crate::{LedgerPage, MemberAccount, PointsWorth, RedemptionQuote};
use crossdock_model::{ApiId, Context, Fault, MemberId, Tier};
use crossdock_outbound::{Directory, Route};

/// Asks the loyalty process API.
#[derive(Debug, Clone)]
pub struct LoyaltyClient {
    route: Route,
}

impl LoyaltyClient {
    /// The API's id.
    pub const API: ApiId = ApiId::process("loyalty");

    /// A client for an API of that tier.
    pub fn new(directory: &Directory, from: Tier) -> Self {
        Self {
            route: directory.route(from, Self::API),
        }
    }

    /// A member's account.
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

    /// A member's newest movements.
    pub async fn ledger(&self, context: &Context, member: &MemberId) -> Result<LedgerPage, Fault> {
        self.route
            .get(context, format!("/members/{}/ledger", member.0))
            .send()
            .await
    }

    /// What points would take off a basket.
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
