//! How other tiers call the payment system API.

use crate::{
    API, Authorise, Capture, Captured, KeptWebhook, Payment, Refund, Refunded, TakeWebhook, Void,
    Voided, WebhookTaken,
};
use crossdock_model::{ConnectorName, Context, Delivery, Fault, Tier};
use crossdock_outbound::{Directory, Route, Routed, RoutingKey};

/// The payment system API, from one tier's point of view.
#[derive(Debug, Clone)]
pub struct PaymentClient {
    route: Route,
}

impl PaymentClient {
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

    /// Reserves money on a card. Refusals: `card_declined`, `tombstoned`.
    pub async fn authorise(
        &self,
        delivery: &Delivery,
        request: &Authorise,
    ) -> Result<Payment, Fault> {
        let call = self.route.deliver(delivery, "/payments").json(request);
        call.send().await
    }

    /// Takes reserved money. Refusals: `capture_exceeds_authorisation`, `authorisation_expired`, `not_found`.
    pub async fn capture(&self, delivery: &Delivery, request: &Capture) -> Result<Captured, Fault> {
        let call = self.route.deliver(delivery, "/captures").json(request);
        call.send().await
    }

    /// Gives up what is still reserved; nothing to give up is a success.
    pub async fn void(&self, delivery: &Delivery, request: &Void) -> Result<Voided, Fault> {
        let call = self.route.deliver(delivery, "/voids").json(request);
        call.send().await
    }

    /// Gives money back. Refusals: `refund_exceeds_capture`, `not_found`.
    pub async fn refund(&self, delivery: &Delivery, request: &Refund) -> Result<Refunded, Fault> {
        let call = self.route.deliver(delivery, "/refunds").json(request);
        call.send().await
    }

    /// The card money of an order, where any was ever reserved.
    pub async fn payment(&self, context: &Context, order: &str) -> Result<Option<Payment>, Fault> {
        let call = self.route.get(context, "/payments");
        call.query(&[("order", order)]).optional().await
    }

    /// The capture of a shipment.
    pub async fn capture_by(
        &self,
        context: &Context,
        reference: &str,
    ) -> Result<Option<Captured>, Fault> {
        let call = self.route.get(context, "/captures");
        call.query(&[("reference", reference)]).optional().await
    }

    /// The refund of a return.
    pub async fn refund_by(
        &self,
        context: &Context,
        reference: &str,
    ) -> Result<Option<Refunded>, Fault> {
        let call = self.route.get(context, "/refunds");
        call.query(&[("reference", reference)]).optional().await
    }

    /// Uses a kept message of the provider after all. Refusals: `webhook_unusable`, `not_found`.
    pub async fn take_webhook(
        &self,
        delivery: &Delivery,
        request: &TakeWebhook,
    ) -> Result<WebhookTaken, Fault> {
        let call = self.route.deliver(delivery, "/webhooks").json(request);
        call.send().await
    }

    /// A message of the provider that is kept because it could not be used.
    pub async fn kept_webhook(
        &self,
        context: &Context,
        message: &str,
    ) -> Result<Option<KeptWebhook>, Fault> {
        let call = self.route.get(context, "/webhooks");
        call.query(&[("message", message)]).optional().await
    }
}
