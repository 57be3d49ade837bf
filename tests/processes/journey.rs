//! What customers do in these tests: journeys that go on where they were cut off, with the same keys.

use super::at_the_provider::{self, Refunded};
use super::shop::{Answer, ConnectionLost, Shop};
use serde_json::{Value, json};

/// The customer of most journeys: Ada, a member with 1,500 points.
const ADA: &str = "cust-ada/member-ada";

/// Which way an order goes after it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Story {
    /// G1: bought with points, shipped, one A-1 returned in another store, settled.
    Golden,
    /// The card is declined: everything held goes back.
    Declined,
    /// It is cancelled before anything moves.
    Cancelled,
    /// One of its units is given up before anything moves.
    GivenUp,
    /// Paid at a platform, then shipped.
    Captured,
    /// The goods cost only points; they come back, and no money does.
    PointsOnly,
    /// G1, then money of it moves at the payment provider by itself.
    AtTheProvider,
    /// The refund of a return fails, and a person pays instead.
    RefundFails,
    /// Called off by an operator while nobody knows whether the card was authorised.
    CalledOff,
}

/// A journey and how far it has come.
#[derive(Debug)]
pub(crate) struct Journey {
    story: Story,
    quote: Option<String>,
    order: Option<String>,
    /// What was returned and refunded, once that is over.
    refunded: Option<Refunded>,
}

impl Journey {
    pub(crate) fn of(story: Story) -> Self {
        Self {
            story,
            quote: None,
            order: None,
            refunded: None,
        }
    }

    /// Goes on to the end, from where it was cut off; what was asked for is asked for again under its key.
    pub(crate) async fn go_on(&mut self, shop: &Shop) -> Result<(), ConnectionLost> {
        match self.story {
            Story::Golden => self.golden(shop).await?,
            Story::Declined => {
                let refused = self.order(shop, g1(), "tok_declined").await?;
                assert_eq!(
                    (refused.status, &*refused.text("/code")),
                    (402, "card_declined")
                );
                shop.settled(&["place-order"]).await?;
            }
            Story::CalledOff => self.called_off(shop).await?,
            Story::Cancelled | Story::GivenUp => {
                self.buy(shop, g1(), "tok_visa").await?;
                self.cancels(shop).await?;
                shop.settled(&["place-order", "cancel-order"]).await?;
            }
            Story::Captured => self.captured(shop).await?,
            Story::AtTheProvider => self.at_the_provider(shop).await?,
            Story::RefundFails => self.refund_fails(shop).await?,
            Story::PointsOnly => {
                self.buy(shop, points_only(), "tok_visa").await?;
                self.ships(shop).await?;
                self.money_settles(shop).await?;
                self.returns(shop, "1").await?;
                let ran = ["fulfil-shipment", "commit-return"];
                shop.settled(&ran).await?;
            }
        }
        self.is_the_only_order(shop).await
    }

    async fn called_off(&mut self, shop: &Shop) -> Result<(), ConnectionLost> {
        self.quotes(shop, g1()).await?;
        // Where the provider was asked often enough before the call, the order waits for a person.
        let refused = shop.until("order", "the order to be called off", async || {
            let answer = self.checks_out(shop, "tok_visa").await?;
            Ok((answer.status != 202).then_some(answer))
        });
        let refused = refused.await?;
        assert_eq!(refused.status, 409, "{}", refused.text);
        shop.settled(&["place-order"]).await
    }

    async fn golden(&mut self, shop: &Shop) -> Result<(), ConnectionLost> {
        self.buy(shop, g1(), "tok_visa").await?;
        self.ships(shop).await?;
        // Points that matured are taken back otherwise than pending ones: one of both, always.
        self.matures(shop).await?;
        self.returns(shop, "1").await?;
        let ran = ["place-order", "fulfil-shipment", "commit-return"];
        shop.settled(&ran).await
    }

    /// What the provider's console does is not done before the return is over: then nothing else of the order moves.
    async fn at_the_provider(&mut self, shop: &Shop) -> Result<(), ConnectionLost> {
        self.buy(shop, g1(), "tok_visa").await?;
        self.ships(shop).await?;
        if self.refunded.is_none() {
            self.matures(shop).await?;
            self.returns(shop, "1").await?;
            let taken = self.takes_back(shop, "1").await?;
            let path = format!("/pos/v1/returns/{}", taken.text("/id"));
            let closed = shop.till().await?.get(&path).await?.good();
            self.refunded = Some(Refunded {
                order: self.order.clone().unwrap_or_default(),
                id: taken.text("/id"),
                refund: closed.text("/legs/0/references/0/value"),
            });
        }
        if let Some(refunded) = &self.refunded {
            at_the_provider::money_moves(shop, refunded).await?;
        }
        let ran = [
            "account-provider-capture",
            "account-provider-refund",
            "handle-dispute",
            "reopen-refund",
            "resolve-webhook",
            "reverse-provider-refund",
        ];
        shop.settled(&ran).await
    }

    async fn refund_fails(&mut self, shop: &Shop) -> Result<(), ConnectionLost> {
        self.buy(shop, g1(), "tok_refund_fails").await?;
        self.ships(shop).await?;
        self.matures(shop).await?;
        self.takes_back(shop, "1").await?;
        let paid = json!({ "reference": "transfer-1" });
        shop.is_told("commit-return", "pay-by-hand", &paid).await?;
        self.returns(shop, "1").await?;
        shop.settled(&["commit-return"]).await
    }

    async fn captured(&mut self, shop: &Shop) -> Result<(), ConnectionLost> {
        let web = shop.caller("web-shop", None).await?;
        let (path, key) = ("/ecommerce/v1/orders/captured", Some("captured-1"));
        let taken = web.post(path, key, &paid()).await?.good();
        self.order = Some(taken.text("/id"));
        let ran = ["accept-captured-order", "fulfil-shipment", "mature-points"];
        shop.settled(&ran).await
    }

    /// Goes as far as the promise.
    pub(crate) async fn buys(&mut self, shop: &Shop) -> Result<(), ConnectionLost> {
        self.buy(shop, g1(), "tok_visa").await
    }

    async fn buy(&mut self, shop: &Shop, basket: Value, token: &str) -> Result<(), ConnectionLost> {
        if self.order.is_none() {
            let placed = self.order(shop, basket, token).await?.good();
            self.order = Some(placed.text("/id"));
        }
        Ok(())
    }

    async fn order(
        &mut self,
        shop: &Shop,
        basket: Value,
        token: &str,
    ) -> Result<Answer, ConnectionLost> {
        self.quotes(shop, basket).await?;
        self.checks_out(shop, token).await
    }

    async fn quotes(&mut self, shop: &Shop, basket: Value) -> Result<(), ConnectionLost> {
        if self.quote.is_none() {
            let web = shop.web(ADA).await?;
            let quoted = web.post("/ecommerce/v1/quotes", None, &basket).await?;
            self.quote = Some(quoted.good().text("/quoteId"));
        }
        Ok(())
    }

    async fn checks_out(&self, shop: &Shop, token: &str) -> Result<Answer, ConnectionLost> {
        let web = shop.web(ADA).await?;
        let checkout = json!({
            "quoteId": self.quote, "channelRef": "web-1", "tender": { "token": token },
        });
        web.post("/ecommerce/v1/orders", Some("order-1"), &checkout)
            .await
    }

    fn path(&self) -> String {
        format!(
            "/ecommerce/v1/orders/{}",
            self.order.as_deref().expect("it is placed")
        )
    }

    async fn ships(&self, shop: &Shop) -> Result<(), ConnectionLost> {
        let web = shop.web(ADA).await?;
        shop.until("order", "the order to ship", async || {
            let order = web.get(&self.path()).await?.good();
            let units = order.json["units"].as_array().cloned().unwrap_or_default();
            let has_left = |unit: &Value| unit["state"] == "shipped" || unit["state"] == "returned";
            Ok((!units.is_empty() && units.iter().all(has_left)).then_some(()))
        })
        .await
    }

    /// The shipping was paid by card.
    async fn money_settles(&self, shop: &Shop) -> Result<(), ConnectionLost> {
        shop.until("payment", "the money to settle", async || {
            let events = shop.ask("/events?feed=payment&limit=500").await?;
            Ok(events.text.contains("payment.settled.v1").then_some(()))
        })
        .await
    }

    async fn matures(&self, shop: &Shop) -> Result<(), ConnectionLost> {
        let web = shop.web(ADA).await?;
        shop.until("loyalty", "the points to mature", async || {
            let account = web.get("/ecommerce/v1/loyalty").await?.good();
            let ended = "/workflows?workflow=mature-points&status=completed";
            let ended = shop.ask(ended).await?.json.pointer("/items/0").is_some();
            Ok((ended && account.json["pending"] == 0).then_some(()))
        })
        .await
    }

    /// One return, however often it is asked for: under its key.
    async fn takes_back(&self, shop: &Shop, line: &str) -> Result<Answer, ConnectionLost> {
        let goods = json!({
            "orderId": self.order,
            "lines": [{ "lineId": line, "quantity": 1, "reason": "too small" }],
        });
        let till = shop.till().await?;
        let taken = till.post("/pos/v1/returns", Some("return-1"), &goods);
        Ok(taken.await?.good())
    }

    async fn returns(&self, shop: &Shop, line: &str) -> Result<(), ConnectionLost> {
        let till = shop.till().await?;
        let taken = self.takes_back(shop, line).await?;
        let path = format!("/pos/v1/returns/{}", taken.text("/id"));
        shop.until("return", "the return to close", async || {
            let found = till.get(&path).await?.good();
            Ok((found.text("/status") == "closed").then_some(()))
        })
        .await
    }

    async fn cancels(&self, shop: &Shop) -> Result<(), ConnectionLost> {
        let web = shop.web(ADA).await?;
        let path = format!("{}/cancellations", self.path());
        let mut body = json!({ "reason": "changed my mind" });
        if self.story == Story::GivenUp {
            body["lines"] = json!([{ "lineId": "1", "quantity": 1 }]);
        }
        let cancelled = web.post(&path, Some("cancel-1"), &body).await?;
        assert_eq!(cancelled.status, 201, "{}", cancelled.text);
        Ok(())
    }

    /// However often it was asked for, there is one.
    async fn is_the_only_order(&self, shop: &Shop) -> Result<(), ConnectionLost> {
        if self.story == Story::Captured {
            return Ok(());
        }
        let listed = shop
            .web(ADA)
            .await?
            .get("/ecommerce/v1/orders")
            .await?
            .good();
        let orders = listed.json["items"].as_array().map_or(0, Vec::len);
        assert_eq!(orders, 1, "{}", listed.text);
        Ok(())
    }
}

/// The basket of the golden scenario G1.
pub(crate) fn g1() -> Value {
    json!({
        "lines": [{ "sku": "A-1", "quantity": 2 }, { "sku": "B-1", "quantity": 1 }],
        "shipTo": home(), "codes": ["TENOFF"], "redeemPoints": 1000,
    })
}

/// A pair of socks for 735 points; only the shipping costs money.
fn points_only() -> Value {
    json!({
        "lines": [{ "sku": "B-2", "quantity": 1 }], "shipTo": home(), "redeemPoints": 735,
    })
}

/// An amount as JSON.
pub(crate) fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

/// An order that a platform was paid for.
fn paid() -> Value {
    json!({
        "channelRef": "mkt-1", "customer": "cust-ada", "currency": "USD", "shipTo": home(),
        "lines": [{ "sku": "A-1", "quantity": 1, "unitPrice": usd("40.00"), "tax": usd("3.30") }],
        "tenders": [{ "kind": "card", "reference": "pay-1", "amount": usd("43.30") }],
    })
}

fn home() -> Value {
    json!({
        "country": "US", "region": "TX", "postalCode": "78701", "city": "Austin",
        "lines": ["1 Main Street"],
    })
}
