//! What is asked of a shop that has grown, as a channel or an operator asks it.

use crate::growth::sample::{CARD, CUSTOMERS_EMAIL, Sample};
use crate::shop::Shop;
use crossdock_outbound::RequestBuilder;
use http::StatusCode;
use serde_json::json;

/// Makes the request, about that order where it is about one.
type Ask = for<'a> fn(&'a Shop, &Sample) -> RequestBuilder<'a>;

/// One question, asked about any of the orders of a shop.
pub(crate) struct Question {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// How it is asked.
    ask: Ask,
    /// What the answer must name.
    finds: Finds,
}

/// What an answer must name, so that an empty one is a failure.
#[derive(Debug, Clone, Copy)]
enum Finds {
    /// The order that was asked about.
    It,
    /// Whichever order: a list may begin with another one.
    Any,
    /// Nothing: there may be none.
    Nothing,
}

impl Question {
    /// Whether the shop answers it about that order as it should.
    pub(crate) async fn is_answered(&self, shop: &Shop, sample: &Sample) -> bool {
        let Ok(reply) = (self.ask)(shop, sample).send().await else {
            return false;
        };
        let names = |what: &str| String::from_utf8_lossy(&reply.body).contains(what);
        let found = match self.finds {
            Finds::It => names(&sample.id),
            Finds::Any => names("\"reference\""),
            Finds::Nothing => true,
        };
        reply.status == StatusCode::OK && found
    }
}

const fn finding(name: &'static str, ask: Ask) -> Question {
    let finds = Finds::It;
    Question { name, ask, finds }
}

const fn finding_any(name: &'static str, ask: Ask) -> Question {
    let finds = Finds::Any;
    Question { name, ask, finds }
}

const fn listing(name: &'static str, ask: Ask) -> Question {
    let finds = Finds::Nothing;
    Question { name, ask, finds }
}

/// As many orders as the smaller shop has of any of these too, so that pages of one length are compared.
const LIMIT: u32 = 10;

/// Every read that is held against the bar.
pub(crate) const QUESTIONS: &[Question] = &[
    finding("order", |shop, of| {
        let id = &of.id;
        shop.agent.get(format!("/customer-service/v1/orders/{id}"))
    }),
    finding("timeline", |shop, of| {
        let id = &of.id;
        let path = format!("/customer-service/v1/orders/{id}/timeline");
        shop.agent.get(path)
    }),
    finding("look-up by barcode", |shop, of| {
        look_up(shop, &json!({"barcode": of.id}))
    }),
    finding("look-up by channel reference", |shop, of| {
        look_up(shop, &json!({"channelRef": of.reference}))
    }),
    finding("look-up by receipt", |shop, of| {
        look_up(shop, &json!({"receipt": of.reference}))
    }),
    finding("look-up by e-mail", |shop, of| {
        look_up(shop, &json!({"email": of.email()}))
    }),
    finding("look-up by phone", |shop, of| {
        look_up(shop, &json!({"phone": of.phone()}))
    }),
    finding("look-up by tender reference", |shop, of| {
        look_up(shop, &json!({"tender": of.tender}))
    }),
    finding_any("look-up by SKU, location, day", |shop, of| {
        look_up(shop, &json!({"item": of.item, "limit": LIMIT}))
    }),
    finding_any("look-up by loyalty card", |shop, _of| {
        look_up(shop, &json!({"card": CARD, "limit": LIMIT}))
    }),
    finding_any("look-up by customer's e-mail", |shop, _of| {
        look_up(shop, &json!({"email": CUSTOMERS_EMAIL}))
    }),
    finding_any("search by customer", |shop, _of| {
        let search = json!({"customer": "cust-cleo"});
        shop.agent.post("/customer-service/v1/search").json(&search)
    }),
    finding_any("overview of a customer", |shop, _of| {
        let path = "/customer-service/v1/customers/cust-cleo/overview";
        shop.agent.get(path)
    }),
    finding_any("orders of a customer", |shop, _of| {
        shop.customer.get("/ecommerce/v1/orders")
    }),
    listing("workflows", |shop, _of| workflows(shop, "")),
    listing("workflows completed", |shop, _of| {
        workflows(shop, "?status=completed")
    }),
    listing("workflows waiting", |shop, _of| {
        workflows(shop, "?status=waiting")
    }),
    listing("workflows parked", |shop, _of| {
        workflows(shop, "?status=parked")
    }),
    listing("workflows by name", |shop, _of| {
        workflows(shop, "?workflow=place-order&tenant=acme")
    }),
    listing("workflows by name and status", |shop, _of| {
        workflows(shop, "?workflow=place-order&tenant=acme&status=waiting")
    }),
    listing("exceptions", |shop, _of| {
        shop.operator.get("/operations/v1/exceptions")
    }),
    listing("feed from its beginning", |shop, _of| {
        shop.operator
            .get("/operations/v1/events?feed=order&limit=100")
    }),
    listing("feed of a system API", |shop, _of| {
        shop.operator
            .get("/operations/v1/events?feed=oms&limit=100")
    }),
];

fn look_up<'a>(shop: &'a Shop, by: &serde_json::Value) -> RequestBuilder<'a> {
    shop.clerk.post("/pos/v1/orders/lookups").json(by)
}

fn workflows<'a>(shop: &'a Shop, query: &str) -> RequestBuilder<'a> {
    let path = format!("/operations/v1/workflows{query}");
    shop.operator.get(path)
}
