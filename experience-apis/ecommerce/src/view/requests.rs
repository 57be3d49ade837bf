//! What the shop requests: never who the customer is, nor which channel this is.

use crate::shopper::CHANNEL;
use crossdock_model::{Address, Currency, CustomerId, LocationId, MemberId, Money};
use proc_loyalty_contract::RedemptionQuote;
use proc_order_contract::{
    CancelLine, CapturedLine, CapturedOrder, CapturedTender, Contact, PlaceOrder, QuoteRequest,
    RequestedLine, Tender,
};
use proc_return_contract::ReturnLine;
use serde::Deserialize;
use utoipa::ToSchema;

/// A basket to be priced.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Basket {
    /// The brand sold under, where the retailer has several.
    #[schema(max_length = 64)]
    brand: Option<String>,
    /// What is asked for: 1 to 200 lines and 10,000 units at most in all.
    #[schema(min_items = 1, max_items = 200)]
    lines: Vec<RequestedLine>,
    /// The address that the goods are sent to; it also decides the tax.
    ship_to: Address,
    /// A shipping option's id; absent means the first configured one.
    #[schema(max_length = 64, example = "standard")]
    shipping: Option<String>,
    /// Codes of promotions that the shopper has entered.
    #[serde(default)]
    #[schema(max_items = 20)]
    codes: Vec<String>,
    /// How many loyalty points are to be burnt on the order.
    #[schema(minimum = 1, maximum = 100_000_000)]
    redeem_points: Option<i64>,
}

/// An order on a quote.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Checkout {
    /// The `quoteId` of the quote, byte for byte.
    #[schema(min_length = 1, max_length = 65_536)]
    quote_id: String,
    /// The shop's own reference; a second order with it is answered with the first.
    #[schema(min_length = 1, max_length = 100, example = "web-1001")]
    channel_ref: String,
    /// How the shopper can be reached about this order; a store finds it by either.
    contact: Option<Contact>,
    /// How the money total is paid; may be left out when it is zero.
    tender: Option<Tender>,
}

/// An order that the shop platform has taken the money for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PaidOrder {
    /// The platform's own reference; a second order with it is answered with the first.
    #[schema(min_length = 1, max_length = 100, example = "web-1001")]
    channel_ref: String,
    /// Who bought it, where the platform knows; a token that names a customer goes before it.
    #[schema(value_type = Option<String>, max_length = 128, example = "cust-ada")]
    customer: Option<CustomerId>,
    /// How the buyer can be reached about this order; a store finds it by either.
    contact: Option<Contact>,
    /// The brand sold under, where the retailer has several.
    #[schema(max_length = 64)]
    brand: Option<String>,
    /// The one currency of all amounts.
    #[schema(value_type = String, pattern = "^[A-Z]{3}$")]
    currency: Currency,
    /// What was sold, with the prices and taxes that were paid.
    #[schema(min_items = 1, max_items = 200)]
    lines: Vec<CapturedLine>,
    /// What was paid for shipping, without tax.
    shipping: Option<Money>,
    /// The tax that was paid on shipping.
    shipping_tax: Option<Money>,
    /// The address that the goods are sent to; it also decides the tax.
    ship_to: Address,
    /// The payments that were taken; together they are the order's total.
    #[schema(min_items = 1, max_items = 10)]
    tenders: Vec<CapturedTender>,
}

/// What is to be cancelled of an order, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancellation {
    /// Why, in the customer's words.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) reason: String,
    /// What is given up, each line once; the whole order where it is left out.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub(crate) lines: Vec<CancelLine>,
}

/// Goods that might come back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnRequest {
    /// The lines that would come back, with quantities.
    #[schema(min_items = 1, max_items = 200)]
    pub(crate) lines: Vec<ReturnLine>,
}

/// Goods that come back by mail.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailedReturn {
    /// The lines that come back, with quantities and reasons.
    #[schema(min_items = 1, max_items = 200)]
    pub(crate) lines: Vec<ReturnLine>,
    /// The warehouse or store that takes it.
    pub(crate) location: LocationId,
}

/// Points that would be redeemed against a basket.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedemptionRequest {
    /// How many points would be burnt.
    #[schema(minimum = 1, maximum = 100_000_000)]
    points: i64,
    /// What they would be set against.
    basket: Money,
}

impl Basket {
    /// The basket as this channel asks for it.
    pub(crate) fn asked_by(self, customer: Option<CustomerId>) -> QuoteRequest {
        QuoteRequest {
            channel: CHANNEL.to_owned(),
            brand: self.brand,
            customer,
            lines: self.lines,
            ship_to: self.ship_to,
            shipping: self.shipping,
            codes: self.codes,
            redeem_points: self.redeem_points,
        }
    }
}

impl Checkout {
    /// The order as its customer asks for it.
    pub(crate) fn asked_by(self, customer: Option<CustomerId>) -> PlaceOrder {
        let Self {
            quote_id,
            channel_ref,
            contact,
            tender,
        } = self;
        PlaceOrder {
            quote_id,
            channel_ref,
            customer,
            contact,
            tender,
        }
    }
}

impl PaidOrder {
    /// The order as this channel took it in.
    pub(crate) fn bought_by(self, customer: Option<CustomerId>) -> CapturedOrder {
        CapturedOrder {
            channel: CHANNEL.to_owned(),
            channel_ref: self.channel_ref,
            brand: self.brand,
            customer: customer.or(self.customer),
            contact: self.contact,
            currency: self.currency,
            lines: self.lines,
            shipping: self.shipping,
            shipping_tax: self.shipping_tax,
            ship_to: self.ship_to,
            tenders: self.tenders,
        }
    }
}

impl RedemptionRequest {
    /// The redemption quote to ask the loyalty process for.
    pub(crate) fn for_member(self, member: MemberId) -> RedemptionQuote {
        RedemptionQuote {
            member,
            points: self.points,
            basket: self.basket,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_quoted_for_the_member_that_is_named() {
        let request: RedemptionRequest = serde_json::from_value(serde_json::json!({
            "points": 500, "basket": {"amount": "50.00", "currency": "USD"},
        }))
        .unwrap();
        let quote = request.for_member(MemberId("member-ada".into()));
        assert_eq!((&*quote.member.0, quote.points), ("member-ada", 500));
    }
}
