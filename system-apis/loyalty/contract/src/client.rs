//! How other tiers call the loyalty system API.

use crate::{
    API, Accrual, Accrue, Burnt, Confirm, Evaluate, Evaluation, Extend, Held, Hold, Ledger,
    LoyaltyAccount, Mature, Matured, Release, Released, Restore, Restored, Reverse, Reversed,
};
use crossdock_model::{ConnectorName, Context, Delivery, Fault, MemberId, Tier};
use crossdock_outbound::{Directory, Route, Routed, RoutingKey};

/// The loyalty system API, from one tier's point of view.
#[derive(Debug, Clone)]
pub struct LoyaltyClient {
    route: Route,
}

impl LoyaltyClient {
    /// For an API of that tier.
    pub fn new(directory: &Directory, from: Tier) -> Self {
        Self {
            route: directory.route(from, API),
        }
    }

    /// The same, at the connector that an order pins.
    #[must_use]
    pub fn pinned_to(&self, connector: &ConnectorName) -> Self {
        Self {
            route: self.route.pinned_to(connector),
        }
    }

    /// Which connector serves that key.
    pub async fn routing(&self, context: &Context, key: &RoutingKey) -> Result<Routed, Fault> {
        key.ask(&self.route, context).await
    }

    /// A member's points. Refusal: `not_found`.
    pub async fn account(
        &self,
        context: &Context,
        member: &MemberId,
    ) -> Result<LoyaltyAccount, Fault> {
        let call = self.route.get(context, "/accounts");
        call.query(&[("member", &member.0)]).send().await
    }

    /// A member's movements, newest first. Refusal: `not_found`.
    pub async fn ledger(&self, context: &Context, member: &MemberId) -> Result<Ledger, Fault> {
        let call = self.route.get(context, "/ledgers");
        call.query(&[("member", &member.0)]).send().await
    }

    /// What a basket is worth. Refusals: `points_insufficient`, `mixed_currencies`, `validation_failed`.
    pub async fn evaluate(
        &self,
        context: &Context,
        request: &Evaluate,
    ) -> Result<Evaluation, Fault> {
        self.route
            .post(context, "/evaluations")
            .json(request)
            .send()
            .await
    }

    /// Promises points to an order. Refusals: `points_insufficient`, `tombstoned`, `not_found`.
    pub async fn hold(&self, delivery: &Delivery, request: &Hold) -> Result<Held, Fault> {
        self.route
            .deliver(delivery, "/holds")
            .json(request)
            .send()
            .await
    }

    /// Keeps a promise for longer, or makes it again after it lapsed. Refusals: `points_insufficient`,
    /// `tombstoned` (released), `not_found`.
    pub async fn extend(&self, delivery: &Delivery, request: &Extend) -> Result<Held, Fault> {
        self.route
            .deliver(delivery, "/holds/extensions")
            .json(request)
            .send()
            .await
    }

    /// Burns what an order holds. Refusals: `hold_expired`, `tombstoned` (released), `not_found`.
    pub async fn confirm(&self, delivery: &Delivery, request: &Confirm) -> Result<Burnt, Fault> {
        self.route
            .deliver(delivery, "/confirmations")
            .json(request)
            .send()
            .await
    }

    /// Gives free what an order holds; nothing held is a success. Refusal: `wrong_state` (burnt).
    pub async fn release(&self, delivery: &Delivery, request: &Release) -> Result<Released, Fault> {
        self.route
            .deliver(delivery, "/releases")
            .json(request)
            .send()
            .await
    }

    /// Books what an order earns, pending. Refusals: `not_found`, `reference_reused`.
    pub async fn accrue(&self, delivery: &Delivery, request: &Accrue) -> Result<Accrual, Fault> {
        self.route
            .deliver(delivery, "/accruals")
            .json(request)
            .send()
            .await
    }

    /// Makes pending points available. Refusals: `not_found`, `reference_reused`.
    pub async fn mature(&self, delivery: &Delivery, request: &Mature) -> Result<Matured, Fault> {
        self.route
            .deliver(delivery, "/maturities")
            .json(request)
            .send()
            .await
    }

    /// Takes earned points back, into debt where they were spent. Refusals: `not_found`, `reference_reused`.
    pub async fn reverse(&self, delivery: &Delivery, request: &Reverse) -> Result<Reversed, Fault> {
        self.route
            .deliver(delivery, "/reversals")
            .json(request)
            .send()
            .await
    }

    /// Gives burnt points back. Refusals: `points_exceeded`, `wrong_state`, `not_found`, `reference_reused`.
    pub async fn restore(&self, delivery: &Delivery, request: &Restore) -> Result<Restored, Fault> {
        self.route
            .deliver(delivery, "/restores")
            .json(request)
            .send()
            .await
    }

    /// The hold of an order.
    pub async fn hold_by(&self, context: &Context, order: &str) -> Result<Option<Held>, Fault> {
        self.route
            .get(context, "/holds")
            .query(&[("reference", order)])
            .optional()
            .await
    }

    /// The accrual of an order.
    pub async fn accrual_by(
        &self,
        context: &Context,
        order: &str,
    ) -> Result<Option<Accrual>, Fault> {
        self.route
            .get(context, "/accruals")
            .query(&[("reference", order)])
            .optional()
            .await
    }

    /// The maturity of an order by its cause.
    pub async fn maturity_by(
        &self,
        context: &Context,
        order: &str,
        key: &str,
    ) -> Result<Option<Matured>, Fault> {
        let call = self.route.get(context, "/maturities");
        call.query(&[("reference", order), ("key", key)])
            .optional()
            .await
    }

    /// The reversal of an order by its cause.
    pub async fn reversal_by(
        &self,
        context: &Context,
        order: &str,
        key: &str,
    ) -> Result<Option<Reversed>, Fault> {
        let call = self.route.get(context, "/reversals");
        call.query(&[("reference", order), ("key", key)])
            .optional()
            .await
    }

    /// The restore of an order by its cause.
    pub async fn restore_by(
        &self,
        context: &Context,
        order: &str,
        key: &str,
    ) -> Result<Option<Restored>, Fault> {
        let call = self.route.get(context, "/restores");
        call.query(&[("reference", order), ("key", key)])
            .optional()
            .await
    }
}
