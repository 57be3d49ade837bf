//! How other tiers call the tax system API.

use crate::{API, CommitTax, ReverseTax, TaxDocument, TaxQuote, TaxQuoteRequest, TaxReversal};
use crossdock_model::{ConnectorName, Context, Delivery, Fault, Tier};
use crossdock_outbound::{Directory, Route, Routed, RoutingKey};

/// The tax system API, from one tier's point of view.
#[derive(Debug, Clone)]
pub struct TaxClient {
    route: Route,
}

impl TaxClient {
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

    /// The tax of a basket. An address or category without a rate is refused (`validation_failed`).
    pub async fn quote(
        &self,
        context: &Context,
        request: &TaxQuoteRequest,
    ) -> Result<TaxQuote, Fault> {
        let call = self.route.post(context, "/quotes").json(request);
        call.send().await
    }

    /// An earlier quote that still holds; `tax_quote_expired` once it does not.
    pub async fn quoted(&self, context: &Context, id: &str) -> Result<Option<TaxQuote>, Fault> {
        self.route
            .get(context, "/quotes")
            .query(&[("id", id)])
            .optional()
            .await
    }

    /// Declares tax as owed. Refusal: `reference_reused` when the document exists with other content.
    pub async fn commit(
        &self,
        delivery: &Delivery,
        request: &CommitTax,
    ) -> Result<TaxDocument, Fault> {
        let call = self.route.deliver(delivery, "/documents").json(request);
        call.send().await
    }

    /// Takes declared tax back. Refusals: `wrong_state` (more than was committed), `reference_reused`, `not_found`.
    pub async fn reverse(
        &self,
        delivery: &Delivery,
        request: &ReverseTax,
    ) -> Result<TaxReversal, Fault> {
        let call = self.route.deliver(delivery, "/reversals").json(request);
        call.send().await
    }

    /// The document of a shipment.
    pub async fn document(
        &self,
        context: &Context,
        document: &str,
    ) -> Result<Option<TaxDocument>, Fault> {
        let call = self.route.get(context, "/documents");
        call.query(&[("document", document)]).optional().await
    }

    /// The reversal of a return on a document.
    pub async fn reversal(
        &self,
        context: &Context,
        document: &str,
        reference: &str,
    ) -> Result<Option<TaxReversal>, Fault> {
        let call = self.route.get(context, "/reversals");
        call.query(&[("document", document), ("reference", reference)])
            .optional()
            .await
    }
}
