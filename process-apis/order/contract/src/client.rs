//! The client of the order process API, for the tiers and processes that call it.

use crate::{
    CancelOrder, Cancelled, CapturedOrder, ErasePersonalData, OrderLookup, OrderQuery, OrderView,
    PersonalDataErased, PlaceOrder, Quote, QuoteRequest, Timeline,
};
use crossdock_model::{ApiId, Context, Fault, OrderId, Page, Tier};
use crossdock_outbound::{Directory, Route};
use http::StatusCode;

/// Calls the order process API, as its router or over HTTP.
#[derive(Debug, Clone)]
pub struct OrderClient {
    route: Route,
}

/// What became of an order that was sent in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placed {
    /// Accepted: the pivot is committed.
    Accepted(OrderView),
    /// The same reference was accepted before; this is that order.
    Before(OrderView),
    /// Received; the decision takes longer than the caller waits.
    Received(OrderView),
}

impl OrderClient {
    /// The id that its route is found by.
    pub const API: ApiId = ApiId::process("order");

    /// A client over that directory, for calls from that tier.
    pub fn new(directory: &Directory, from: Tier) -> Self {
        Self {
            route: directory.route(from, Self::API),
        }
    }

    /// Prices a basket; nothing is kept.
    pub async fn quote(&self, context: &Context, request: &QuoteRequest) -> Result<Quote, Fault> {
        self.route
            .post(context, "/quotes")
            .json(request)
            .send()
            .await
    }

    /// Places an order under the caller's key.
    pub async fn place(
        &self,
        context: &Context,
        key: &str,
        order: &PlaceOrder,
    ) -> Result<Placed, Fault> {
        let reply = self
            .route
            .post(context, "/orders")
            .key(key)
            .json(order)
            .reply()
            .await?;
        placed(reply.status, reply.json()?)
    }

    /// Takes in an order that was paid elsewhere, under the caller's key.
    pub async fn capture(
        &self,
        context: &Context,
        key: &str,
        order: &CapturedOrder,
    ) -> Result<Placed, Fault> {
        let call = self
            .route
            .post(context, "/orders/captured")
            .key(key)
            .json(order);
        let reply = call.reply().await?;
        placed(reply.status, reply.json()?)
    }

    /// Reads one order; refused with `not_found` if the tenant has none.
    pub async fn order(&self, context: &Context, id: OrderId) -> Result<OrderView, Fault> {
        self.route
            .get(context, format!("/orders/{id}"))
            .send()
            .await
    }

    /// Lists orders, newest first, page by page.
    pub async fn orders(
        &self,
        context: &Context,
        query: &OrderQuery,
    ) -> Result<Page<OrderView>, Fault> {
        let limit = query.limit.map(|limit| limit.to_string());
        let pairs: Vec<(&str, &str)> = [
            query
                .customer
                .as_ref()
                .map(|customer| ("customer", &*customer.0)),
            query.cursor.as_deref().map(|cursor| ("cursor", cursor)),
            limit.as_deref().map(|limit| ("limit", limit)),
        ]
        .into_iter()
        .flatten()
        .collect();
        self.route
            .get(context, "/orders")
            .query(&pairs)
            .send()
            .await
    }

    /// Finds orders by what a person has at hand.
    pub async fn look_up(
        &self,
        context: &Context,
        lookup: &OrderLookup,
    ) -> Result<Page<OrderView>, Fault> {
        self.route
            .post(context, "/orders/lookups")
            .json(lookup)
            .send()
            .await
    }

    /// Cancels an order before shipment, under the caller's key.
    pub async fn cancel(
        &self,
        context: &Context,
        key: &str,
        id: OrderId,
        request: &CancelOrder,
    ) -> Result<Cancelled, Fault> {
        let path = format!("/orders/{id}/cancellations");
        self.route
            .post(context, path)
            .key(key)
            .json(request)
            .send()
            .await
    }

    /// Erases an order's personal data, under the caller's key; refused with `wrong_state` while the order is open.
    pub async fn erase(
        &self,
        context: &Context,
        key: &str,
        id: OrderId,
        request: &ErasePersonalData,
    ) -> Result<PersonalDataErased, Fault> {
        let path = format!("/orders/{id}/erasures");
        self.route
            .post(context, path)
            .key(key)
            .json(request)
            .send()
            .await
    }

    /// Reads what happened to an order, everywhere.
    pub async fn timeline(&self, context: &Context, id: OrderId) -> Result<Timeline, Fault> {
        self.route
            .get(context, format!("/orders/{id}/timeline"))
            .send()
            .await
    }
}

fn placed(status: StatusCode, order: OrderView) -> Result<Placed, Fault> {
    match status {
        StatusCode::CREATED => Ok(Placed::Accepted(order)),
        StatusCode::OK => Ok(Placed::Before(order)),
        StatusCode::ACCEPTED => Ok(Placed::Received(order)),
        other => Err(Fault::poison(format!(
            "process/order answered {other} to an order"
        ))),
    }
}
