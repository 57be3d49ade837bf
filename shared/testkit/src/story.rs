//! The steps that most stories share: buying, packing, shipping, bringing back, settling.

use crate::{Answer, Books, Channel, Shop};
use serde_json::{Value, json};

/// Who buys in most stories: a member with 1,500 points.
const ADA: &str = "cust-ada/member-ada";

/// Goods of an order brought back: lines with quantities.
pub fn back(order: &str, lines: &[(&str, u32)]) -> Value {
    let lines = lines
        .iter()
        .map(|(line, quantity)| json!({"lineId": line, "quantity": quantity}));
    json!({"orderId": order, "lines": lines.collect::<Vec<_>>()})
}

impl Channel {
    /// A price for the basket.
    pub async fn quote(&self, basket: &Value) -> Answer {
        self.post("/ecommerce/v1/quotes", basket).await
    }

    /// The body of an order on a quote, paid by that token.
    pub fn checkout(quote: &Answer, reference: &str, token: &str) -> Value {
        json!({"quoteId": quote.text("/quoteId"), "channelRef": reference, "tender": {"token": token}})
    }

    /// Places an order on a quote, paid by that token.
    pub async fn order(&self, quote: &Answer, reference: &str, token: &str) -> Answer {
        self.post(
            "/ecommerce/v1/orders",
            &Self::checkout(quote, reference, token),
        )
        .await
    }
}

impl Shop {
    /// Ada buys the basket and is promised it; answers the order once every system knows of it.
    pub async fn sells(&self, basket: &Value, reference: &str) -> String {
        let web = self.web(Some(ADA));
        let quote = web.quote(basket).await.expect(200);
        let order = web
            .order(&quote, reference, "tok_visa")
            .await
            .expect(201)
            .text("/id");
        self.quiet().await;
        order
    }

    /// The store packs the order; its parcels are paid for and let go.
    pub async fn packs(&self, order: &str) -> Vec<String> {
        let jobs = self.warehouse().pack(order).await;
        let let_go = |books: &Books<'_>| {
            let parcels = books.table("oms", "main", "fulfilment_order");
            let packed = parcels.iter().filter(|parcel| parcel["state"] == "PACKED");
            packed.into_iter().all(|parcel| parcel["authorised"] == 1)
        };
        self.until("the parcels to be let go", let_go).await;
        jobs
    }

    /// The store packs and ships the order; answers once the sale is booked and declared.
    pub async fn ships(&self, order: &str) {
        for job in self.packs(order).await {
            self.warehouse().ship(&job).await;
            let shipment = format!("{order}-{job}");
            self.until("the sale to be booked", |books| {
                !books.documents("main", "INV", &shipment).is_empty()
            })
            .await;
        }
        self.quiet().await;
    }

    /// A clerk in Soho takes goods back; answers once everything but the settlement is done.
    pub async fn takes_back(&self, order: &str, lines: &[(&str, u32)]) -> Answer {
        let till = self.till("store-soho/kim");
        let taken = till
            .post("/pos/v1/returns", &back(order, lines))
            .await
            .expect(201);
        let id = taken.text("/id");
        for posting in ["goods-receipt", "credit-memo"] {
            let posted = |text: &str| text.contains(&id) && text.contains(posting);
            self.event("return", |event| {
                posted(&String::from_utf8_lossy(&event.data))
            })
            .await;
        }
        if taken.json["pointsReversed"] != 0 {
            self.event_about("return", "LoyaltyAccrualReversed", &id)
                .await;
        }
        self.until("the refund", |books| {
            !books.about("payment", "refunds", &id).is_empty()
        })
        .await;
        taken
    }

    /// Money settles; the return closes with its four legs.
    pub async fn closes(&self, taken: &Answer) -> Answer {
        self.bank().settle().await;
        let id = taken.text("/id");
        self.event_about("return", "ReturnClosed", &id).await;
        let till = self.till("store-soho/kim");
        till.get(&format!("/pos/v1/returns/{id}")).await.expect(200)
    }
}
