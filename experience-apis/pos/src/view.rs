//! The till's shape of things; pure mapping in both directions.

use crossdock_model::{LineId, Money, OrderId, Quantity, Sku, Timestamp, UnitRange};
use proc_order_contract::{
    OrderLine, OrderLookup, OrderView, ShippedItem, Status, UnitState, UnitView,
};
use proc_return_contract::ReturnLine;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A search for orders by what the customer can show; exactly one member is given, beside the page.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct OrderSearch {
    /// The barcode on the receipt or parcel: our order id.
    barcode: Option<OrderId>,
    /// What stands on a receipt whose barcode cannot be read, typed in: the order id or the channel's reference.
    #[schema(max_length = 100, example = "web-1001")]
    receipt: Option<String>,
    /// The reference on the receipt or in the confirmation: the channel's own.
    #[schema(max_length = 100, example = "web-1001")]
    channel_ref: Option<String>,
    /// The e-mail address that the customer gave with the order, or is registered with.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The phone number, however it is spaced.
    #[schema(max_length = 32)]
    phone: Option<String>,
    /// The number on the loyalty card.
    #[schema(max_length = 64)]
    card: Option<String>,
    /// The payment's reference on the slip or statement; never a card number.
    #[schema(max_length = 255)]
    tender: Option<String>,
    /// A product, with the store or warehouse that it left and the day.
    item: Option<ShippedItem>,
    /// The `next` of the page before; absent for the first page.
    #[schema(max_length = 100)]
    cursor: Option<String>,
    /// The most orders on the page, 1 to 200; 50 if absent.
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Goods that a customer brings back to the counter.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CounterReturn {
    /// The order that they were sold with.
    pub(crate) order_id: OrderId,
    /// What comes back, in which condition.
    #[schema(min_items = 1, max_items = 200)]
    pub(crate) lines: Vec<ReturnLine>,
}

/// An order as a clerk needs it: what was sold, and what can come back. Nothing about the person.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TillOrder {
    /// The order's id; also the barcode on its receipt.
    id: OrderId,
    /// The channel that sold it.
    channel: String,
    /// The reference that the channel gave it, such as `web-1001`.
    reference: String,
    /// One word for people, the names of schema.org's `OrderStatus`.
    status: Status,
    /// When the order was accepted; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    placed_at: Option<Timestamp>,
    /// What the card paid, tax and shipping included.
    paid: Money,
    /// The lines as they were sold.
    lines: Vec<TillLine>,
    /// The units of the lines with where they are, neighbours that are alike in one.
    units: Vec<TillUnits>,
}

/// One line of an order as it was sold.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TillLine {
    /// Its id within the order.
    id: LineId,
    /// The product of this line.
    sku: Sku,
    /// How many units were sold.
    quantity: Quantity,
    /// The list price of one unit, before promotions, without tax.
    unit_price: Money,
    /// How many can still come back.
    returnable: u32,
}

/// Neighbouring units of a line that were sold alike and have come equally far.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TillUnits {
    /// Which units: line and positions, `1#2` or `1#1..1#3`.
    units: UnitRange,
    /// How many they are.
    quantity: u32,
    /// The product that they are.
    sku: Sku,
    /// How far they are between order and customer.
    state: UnitState,
    /// Whether they are with the customer, so that they can come back.
    returnable: bool,
    /// What was paid for each, tax included.
    paid: Money,
}

impl From<OrderSearch> for OrderLookup {
    fn from(search: OrderSearch) -> Self {
        Self {
            order_id: search.barcode,
            receipt: search.receipt,
            channel_ref: search.channel_ref,
            customer: None,
            email: search.email,
            phone: search.phone,
            card: search.card,
            tender: search.tender,
            item: search.item,
            cursor: search.cursor,
            limit: search.limit,
        }
    }
}

impl From<&OrderView> for TillOrder {
    fn from(order: &OrderView) -> Self {
        Self {
            id: order.id,
            channel: order.channel.clone(),
            reference: order.channel_ref.clone(),
            status: order.status,
            placed_at: order.placed_at,
            paid: order.totals.card,
            lines: order
                .lines
                .iter()
                .map(|line| till_line(line, &order.units))
                .collect(),
            units: order.units.iter().map(TillUnits::from).collect(),
        }
    }
}

fn till_line(line: &OrderLine, units: &[UnitView]) -> TillLine {
    let of_line = units.iter().filter(|unit| *unit.units.line() == line.id);
    TillLine {
        id: line.id.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        returnable: of_line
            .filter(|unit| is_with_customer(unit))
            .map(|unit| unit.quantity)
            .sum(),
    }
}

impl From<&UnitView> for TillUnits {
    fn from(unit: &UnitView) -> Self {
        Self {
            units: unit.units.clone(),
            quantity: unit.quantity,
            sku: unit.sku.clone(),
            state: unit.state,
            returnable: is_with_customer(unit),
            paid: unit.paid,
        }
    }
}

fn is_with_customer(unit: &UnitView) -> bool {
    unit.state == UnitState::Shipped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_rig::order;
    use serde_json::json;

    #[test]
    fn a_clerk_sees_what_can_come_back_and_nothing_of_the_person() {
        let view: OrderView = serde_json::from_value(order(Some("cust-ada"))).unwrap();
        let shown = serde_json::to_value(TillOrder::from(&view)).unwrap();
        assert_eq!(shown["lines"][0]["returnable"], 1);
        assert_eq!(shown["units"][0]["returnable"], true);
        assert_eq!(shown["units"][1]["returnable"], false);
        assert_eq!(shown["paid"], json!({"amount": "96.48", "currency": "USD"}));
        assert!(!shown.to_string().contains("-ada"));
    }

    #[test]
    fn what_is_at_hand_becomes_a_look_up() {
        let search: OrderSearch =
            serde_json::from_value(json!({"email": "ada@example.com"})).unwrap();
        let lookup = OrderLookup::from(search);
        assert_eq!(
            lookup,
            OrderLookup {
                email: Some("ada@example.com".into()),
                ..OrderLookup::default()
            }
        );
        assert!(serde_json::from_value::<OrderSearch>(json!({"customer": "cust-ada"})).is_err());
    }
}
