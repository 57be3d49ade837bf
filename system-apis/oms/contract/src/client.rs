//! The typed way to the OMS system API.

use crate::{
    API, AuthoriseShipment, Availability, CancelLines, CancelOrder, Cancelled, CancelledLines,
    CreateOrder, ExtendReservation, FulfilmentOrder, OmsAbilities, OmsOrder, Pick, Receipt,
    ReceiveReturn, Reject, Release, Released, Reservation, Reserve, Ship,
};
use crossdock_model::{ConnectorName, Context, Delivery, Fault, Sku, Tier};
use crossdock_outbound::{Directory, Route, Routed, RoutingKey};
use serde::de::DeserializeOwned;
use std::fmt::Write as _;

/// Calls the OMS system API.
#[derive(Debug, Clone)]
pub struct OmsClient {
    route: Route,
}

impl OmsClient {
    /// From an API of that tier.
    pub fn new(directory: &Directory, from: Tier) -> Self {
        Self {
            route: directory.route(from, API),
        }
    }

    /// The same, to the connector that an order has pinned.
    #[must_use]
    pub fn pinned_to(&self, connector: &ConnectorName) -> Self {
        Self {
            route: self.route.pinned_to(connector),
        }
    }

    /// Which connector serves what is looked for.
    pub async fn routing(&self, context: &Context, key: &RoutingKey) -> Result<Routed, Fault> {
        key.ask(&self.route, context).await
    }

    /// What the connected OMS can do.
    pub async fn abilities(&self, context: &Context) -> Result<OmsAbilities, Fault> {
        self.get(context, "/abilities").await
    }

    /// Sellable stock of those SKUs at every location that knows them.
    pub async fn availability(
        &self,
        context: &Context,
        skus: &[Sku],
    ) -> Result<Vec<Availability>, Fault> {
        let skus: Vec<&str> = skus.iter().map(Sku::as_str).collect();
        let skus = skus.join(" ");
        let call = self.route.get(context, "/availability");
        call.query(&[("skus", &skus)]).send().await
    }

    /// An order by our id.
    pub async fn order(&self, context: &Context, reference: &str) -> Result<OmsOrder, Fault> {
        self.get(context, &format!("/orders/{}", segment(reference)))
            .await
    }

    /// The fulfilment orders of an order by our id.
    pub async fn fulfilment_orders(
        &self,
        context: &Context,
        reference: &str,
    ) -> Result<Vec<FulfilmentOrder>, Fault> {
        let path = format!("/orders/{}/fulfilment-orders", segment(reference));
        self.get(context, &path).await
    }

    /// A fulfilment order by its number at the OMS.
    pub async fn fulfilment_order(
        &self,
        context: &Context,
        number: &str,
    ) -> Result<FulfilmentOrder, Fault> {
        self.get(context, &format!("/fulfilment-orders/{}", segment(number)))
            .await
    }

    /// A line cancellation by our id of it.
    pub async fn line_cancellation(
        &self,
        context: &Context,
        reference: &str,
    ) -> Result<CancelledLines, Fault> {
        let path = format!("/line-cancellations/{}", segment(reference));
        self.get(context, &path).await
    }

    /// A reservation by the order's id.
    pub async fn reservation(
        &self,
        context: &Context,
        reference: &str,
    ) -> Result<Reservation, Fault> {
        self.get(context, &format!("/reservations/{}", segment(reference)))
            .await
    }

    /// A receipt by the return's id.
    pub async fn receipt(&self, context: &Context, reference: &str) -> Result<Receipt, Fault> {
        self.get(context, &format!("/receipts/{}", segment(reference)))
            .await
    }

    /// Holds stock for an order.
    pub async fn reserve(&self, to: &Delivery, reserve: &Reserve) -> Result<Reservation, Fault> {
        self.route
            .deliver(to, "/reservations")
            .json(reserve)
            .send()
            .await
    }

    /// Holds an order's stock for longer. Refusals: `out_of_stock` where it had lapsed, `tombstoned`, `not_found`.
    pub async fn extend_reservation(
        &self,
        to: &Delivery,
        extend: &ExtendReservation,
    ) -> Result<Reservation, Fault> {
        let call = self.route.deliver(to, "/reservations/extensions");
        call.json(extend).send().await
    }

    /// Gives back what an order's reservation holds.
    pub async fn release(&self, to: &Delivery, release: &Release) -> Result<Released, Fault> {
        self.route
            .deliver(to, "/releases")
            .json(release)
            .send()
            .await
    }

    /// Hands a placed order to fulfilment.
    pub async fn create_order(
        &self,
        to: &Delivery,
        create: &CreateOrder,
    ) -> Result<OmsOrder, Fault> {
        self.route.deliver(to, "/orders").json(create).send().await
    }

    /// Cancels an order that is not packed anywhere.
    pub async fn cancel_order(
        &self,
        to: &Delivery,
        cancel: &CancelOrder,
    ) -> Result<Cancelled, Fault> {
        self.route
            .deliver(to, "/cancellations")
            .json(cancel)
            .send()
            .await
    }

    /// Gives up units of an order that are not packed: all that are named, or none.
    pub async fn cancel_lines(
        &self,
        to: &Delivery,
        cancel: &CancelLines,
    ) -> Result<CancelledLines, Fault> {
        let call = self.route.deliver(to, "/line-cancellations");
        call.json(cancel).send().await
    }

    /// Lets a packed fulfilment order ship.
    pub async fn authorise_shipment(
        &self,
        to: &Delivery,
        authorise: &AuthoriseShipment,
    ) -> Result<FulfilmentOrder, Fault> {
        let call = self.route.deliver(to, "/shipment-authorisations");
        call.json(authorise).send().await
    }

    /// Receives returned goods into stock, once for the return.
    pub async fn receive_return(
        &self,
        to: &Delivery,
        receive: &ReceiveReturn,
    ) -> Result<Receipt, Fault> {
        self.route
            .deliver(to, "/receipts")
            .json(receive)
            .send()
            .await
    }

    /// The location takes a fulfilment order on.
    pub async fn accept(&self, to: &Delivery, number: &str) -> Result<FulfilmentOrder, Fault> {
        self.route.deliver(to, moved(number, "accept")).send().await
    }

    /// The location will not fulfil it.
    pub async fn reject(
        &self,
        to: &Delivery,
        number: &str,
        reject: &Reject,
    ) -> Result<FulfilmentOrder, Fault> {
        let call = self.route.deliver(to, moved(number, "reject"));
        call.json(reject).send().await
    }

    /// Taken off the shelf, perhaps short.
    pub async fn pick(
        &self,
        to: &Delivery,
        number: &str,
        pick: &Pick,
    ) -> Result<FulfilmentOrder, Fault> {
        let call = self.route.deliver(to, moved(number, "pick"));
        call.json(pick).send().await
    }

    /// Packs a fulfilment order into its parcel; its order cannot be cancelled any more.
    pub async fn pack(&self, to: &Delivery, number: &str) -> Result<FulfilmentOrder, Fault> {
        self.route.deliver(to, moved(number, "pack")).send().await
    }

    /// Handed over to the carrier.
    pub async fn ship(
        &self,
        to: &Delivery,
        number: &str,
        ship: &Ship,
    ) -> Result<FulfilmentOrder, Fault> {
        let call = self.route.deliver(to, moved(number, "ship"));
        call.json(ship).send().await
    }

    async fn get<T: DeserializeOwned>(&self, context: &Context, path: &str) -> Result<T, Fault> {
        self.route.get(context, path).send().await
    }
}

/// The path of a warehouse's operation on a fulfilment order.
fn moved(number: &str, operation: &str) -> String {
    format!("/fulfilment-orders/{}/{operation}", segment(number))
}

/// A text as one path segment (RFC 3986, unreserved characters as they are).
fn segment(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                written.push(char::from(byte));
            }
            other => {
                // Writing into a string cannot fail.
                if write!(written, "%{other:02X}").is_err() {
                    return written;
                }
            }
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_stays_one_segment_whatever_is_in_it() {
        assert_eq!(segment("a/b#1"), "a%2Fb%231");
        assert_eq!(
            moved("FO-000123", "pick"),
            "/fulfilment-orders/FO-000123/pick"
        );
    }
}
