//! What the shop is answered: an order, a return, without what is the back office's.

use crossdock_model::{LineId, Money, OrderId, Quantity, ReturnId, Sku, Timestamp, UnitRange};
use proc_order_contract::{OrderLine, OrderView, Shipment, Status, Totals, UnitState, UnitView};
use proc_return_contract::{LegState, LegView, ReturnStatus, ReturnView, ReturnedUnits};
use serde::Serialize;
use utoipa::ToSchema;

/// An order as its customer sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShopOrder {
    /// The order's id; also the barcode on its receipt.
    id: OrderId,
    /// The reference that the shop gave it, such as `web-1001`.
    reference: String,
    /// One word for people, the names of schema.org's `OrderStatus`.
    status: Status,
    /// Why it was refused, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    /// When the order was accepted; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    placed_at: Option<Timestamp>,
    /// The lines as they were ordered.
    lines: Vec<ShopLine>,
    /// Goods, promotions, points, shipping and tax, and what the card pays.
    totals: Totals,
    /// Points that moved with it.
    points: ShopPoints,
    /// What has left, or is about to.
    shipments: Vec<ShopShipment>,
    /// Each single unit, for returns.
    units: Vec<ShopUnits>,
}

/// One line of an order as it was sold.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ShopLine {
    /// Its id within the order.
    id: LineId,
    /// The product of this line.
    sku: Sku,
    /// How many units were ordered.
    quantity: Quantity,
    /// The list price of one unit, before promotions, without tax.
    unit_price: Money,
}

/// Points as sold: what was burnt and what is earned.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ShopPoints {
    /// Points that were burnt to pay for it.
    burnt: i64,
    /// Points that it earns once it is shipped.
    earned: i64,
}

/// A parcel of the order, on its way or about to leave.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ShopShipment {
    /// The fulfilment order's id at the OMS.
    id: String,
    /// The units that it holds.
    units: Vec<UnitRange>,
    /// The tracking number; absent until the parcel has left.
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking: Option<String>,
    /// When the parcel left; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    shipped_at: Option<Timestamp>,
}

/// Neighbouring units of a line that have come equally far: what can be shipped, cancelled or returned.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ShopUnits {
    /// Which units: line and positions, `1#2` or `1#1..1#3`.
    units: UnitRange,
    /// How many they are.
    quantity: u32,
    /// How far they are between order and customer.
    state: UnitState,
    /// Whether they are with the customer, so that they can come back.
    returnable: bool,
}

/// A return as its customer sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShopReturn {
    /// The return's id; `GET /returns/{id}` reads it again.
    id: ReturnId,
    /// The order that the goods were sold with.
    order_id: OrderId,
    /// How far the return is as a whole.
    status: ReturnStatus,
    /// The units that came back.
    units: Vec<ShopReturnedUnits>,
    /// Money back to the card, tax included.
    refund: Money,
    /// Burnt points that come back.
    points_restored: i64,
    /// Earned points that are taken back.
    points_reversed: i64,
    /// How far refund, stock, loyalty and books are.
    legs: Vec<ShopLeg>,
    /// When the return was decided: from then on its refund is owed.
    decided_at: Timestamp,
    /// When every leg was confirmed; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<Timestamp>,
}

/// Neighbouring units of a line that came back alike.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ShopReturnedUnits {
    /// Which units of the order, `1#2` or `1#1..1#3`.
    units: UnitRange,
    /// How many they are.
    quantity: Quantity,
    /// The product that came back.
    sku: Sku,
    /// Money back for each, tax included.
    refund: Money,
}

/// One leg of a return, without the backends' references.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ShopLeg {
    /// `refund`, `stock`, `loyalty` or `books`.
    leg: String,
    /// How far this leg is.
    state: LegState,
}

impl From<&OrderView> for ShopOrder {
    fn from(order: &OrderView) -> Self {
        Self {
            id: order.id,
            reference: order.channel_ref.clone(),
            status: order.status,
            refused: order
                .rejected
                .as_ref()
                .map(|refusal| refusal.detail.clone()),
            placed_at: order.placed_at,
            lines: order.lines.iter().map(ShopLine::from).collect(),
            totals: order.totals.clone(),
            points: ShopPoints {
                burnt: order.redemption.as_ref().map_or(0, |burnt| burnt.points),
                earned: order.earn.as_ref().map_or(0, |earn| earn.points),
            },
            shipments: order.shipments.iter().map(ShopShipment::from).collect(),
            units: order.units.iter().map(ShopUnits::from).collect(),
        }
    }
}

impl From<&OrderLine> for ShopLine {
    fn from(line: &OrderLine) -> Self {
        Self {
            id: line.id.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
        }
    }
}

impl From<&Shipment> for ShopShipment {
    fn from(shipment: &Shipment) -> Self {
        Self {
            id: shipment.id.clone(),
            units: shipment.units.clone(),
            tracking: shipment.tracking.clone(),
            shipped_at: shipment.shipped_at,
        }
    }
}

impl From<&UnitView> for ShopUnits {
    fn from(unit: &UnitView) -> Self {
        let returnable = unit.state == UnitState::Shipped;
        Self {
            units: unit.units.clone(),
            quantity: unit.quantity,
            state: unit.state,
            returnable,
        }
    }
}

impl From<&ReturnView> for ShopReturn {
    fn from(view: &ReturnView) -> Self {
        Self {
            id: view.id,
            order_id: view.order_id,
            status: view.status,
            units: view.units.iter().map(ShopReturnedUnits::from).collect(),
            refund: view.refund,
            points_restored: view.points_restored,
            points_reversed: view.points_reversed,
            legs: view.legs.iter().map(ShopLeg::from).collect(),
            decided_at: view.decided_at,
            closed_at: view.closed_at,
        }
    }
}

impl From<&ReturnedUnits> for ShopReturnedUnits {
    fn from(unit: &ReturnedUnits) -> Self {
        Self {
            units: unit.units.clone(),
            quantity: unit.quantity,
            sku: unit.sku.clone(),
            refund: unit.refund,
        }
    }
}

impl From<&LegView> for ShopLeg {
    fn from(leg: &LegView) -> Self {
        Self {
            leg: leg.leg.clone(),
            state: leg.state,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_rig::{order, returned};
    use serde_json::{Value, json};

    fn shown(order: Value) -> Value {
        let view: OrderView = serde_json::from_value(order).unwrap();
        serde_json::to_value(ShopOrder::from(&view)).unwrap()
    }

    #[test]
    fn an_order_shows_its_customer_reference_points_and_tracking() {
        let shown = shown(order(Some("cust-ada")));
        assert_eq!(shown["reference"], "web-1");
        assert_eq!(shown["status"], "InTransit");
        assert_eq!(shown["points"], json!({"burnt": 1000, "earned": 96}));
        assert_eq!(shown["shipments"][0]["tracking"], "1Z");
        assert_eq!(
            shown["lines"][0],
            json!({"id": "1", "sku": "SKU-A", "quantity": 2,
            "unitPrice": {"amount": "50.00", "currency": "USD"}})
        );
    }

    #[test]
    fn only_a_shipped_unit_can_come_back() {
        for (state, returnable) in [
            ("open", false),
            ("packed", false),
            ("shipped", true),
            ("cancelled", false),
            ("returned", false),
        ] {
            let mut sold = order(None);
            sold["units"][0]["state"] = json!(state);
            assert_eq!(shown(sold)["units"][0]["returnable"], returnable, "{state}");
        }
    }

    #[test]
    fn the_back_offices_facts_stay_there() {
        let text = shown(order(Some("cust-ada"))).to_string();
        for hidden in [
            "correlation",
            "taxCategory",
            "store-7",
            "liabilityRate",
            "member-ada",
        ] {
            assert!(!text.contains(hidden), "{hidden} is shown");
        }
        let view: ReturnView = serde_json::from_value(returned("ecommerce", "dc-1")).unwrap();
        let text = serde_json::to_string(&ShopReturn::from(&view)).unwrap();
        assert!(text.contains("\"settled\""));
        assert!(!text.contains("re_1") && !text.contains("payment-main"));
    }

    #[test]
    fn a_refused_order_says_why() {
        let mut sold = order(None);
        sold["rejected"] = json!({"code": "card_declined", "detail": "the issuer said no"});
        assert_eq!(shown(sold)["refused"], "the issuer said no");
    }
}
