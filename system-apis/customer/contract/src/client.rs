//! How other tiers call the customer system API.

use crate::{API, Customer, NewCustomer, Resolve, UpdateCustomer};
use crossdock_model::{ConnectorName, Context, CustomerId, Delivery, Fault, Tier};
use crossdock_outbound::{Directory, Route, Routed, RoutingKey};

/// The customer system API, from one tier's point of view.
#[derive(Debug, Clone)]
pub struct CustomerClient {
    route: Route,
}

impl CustomerClient {
    /// For an API of that tier.
    pub fn new(directory: &Directory, from: Tier) -> Self {
        Self {
            route: directory.route(from, API),
        }
    }

    /// The same, at one connector.
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

    /// Who that is. Refusals: `not_found`, `customer_ambiguous`, `gone`.
    pub async fn resolve(&self, context: &Context, ask: &Resolve) -> Result<Customer, Fault> {
        self.route
            .post(context, "/customers/resolutions")
            .json(ask)
            .send()
            .await
    }

    /// The customer of that id, followed to the one it was merged into. Refusals: `not_found`, `gone`.
    pub async fn customer(&self, context: &Context, id: &CustomerId) -> Result<Customer, Fault> {
        let call = self.route.get(context, "/customers");
        call.query(&[("id", &id.0)]).send().await
    }

    /// Makes a customer known. Refusal: `reference_reused`.
    pub async fn create(
        &self,
        delivery: &Delivery,
        request: &NewCustomer,
    ) -> Result<Customer, Fault> {
        self.route
            .deliver(delivery, "/customers")
            .json(request)
            .send()
            .await
    }

    /// Changes a customer. Refusals: `version_conflict`, `not_found`, `gone`.
    pub async fn update(
        &self,
        delivery: &Delivery,
        request: &UpdateCustomer,
    ) -> Result<Customer, Fault> {
        self.route
            .deliver(delivery, "/customers/updates")
            .json(request)
            .send()
            .await
    }

    /// The customer that a registration made.
    pub async fn customer_by(
        &self,
        context: &Context,
        reference: &str,
    ) -> Result<Option<Customer>, Fault> {
        self.route
            .get(context, "/registrations")
            .query(&[("reference", reference)])
            .optional()
            .await
    }
}
