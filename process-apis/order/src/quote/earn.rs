//! What an order that was sold elsewhere earns, as the loyalty engine evaluates it.

use crate::ledger::{Basket, BasketLine, allocate};
use crossdock_model::{Context, Fault, MemberId, Money, Refusal, UnitRange};
use proc_order_contract::{AppliedPromotion, Earn, Order, OrderLine, PromotionScope, UnitRun};
use serde::{Deserialize, Serialize};
use sys_customer_contract::CustomerClient;
use sys_loyalty_contract as loyalty;

/// Who earns, by which rule, and how many points each unit brings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EarnEvaluation {
    member: MemberId,
    earn: Earn,
    /// The points of each unit, by runs.
    units: Vec<(UnitRange, i64)>,
}

impl EarnEvaluation {
    /// Writes member, earn and points into the order and its rows.
    pub(crate) fn apply_to(&self, order: &mut Order) {
        order.member = Some(self.member.clone());
        order.earn = Some(self.earn.clone());
        order.set_earn_points(&self.units);
    }
}

/// Asks who bought and what the order earns at the prices it was sold for; none if the buyer is no member.
pub(crate) async fn evaluate_earn(
    customers: &CustomerClient,
    engine: &loyalty::LoyaltyClient,
    context: &Context,
    order: &Order,
) -> Result<Option<EarnEvaluation>, Fault> {
    let Some(id) = &order.customer else {
        return Ok(None);
    };
    let member = match customers.customer(context, id).await {
        Ok(customer) => customer.member,
        // A customer that our system does not know is a guest; the sale stands.
        Err(Fault::Refused(_unknown)) => None,
        Err(other) => return Err(other),
    };
    let Some(member) = member else {
        return Ok(None);
    };
    let ask = sold(order, &member);
    let evaluation = engine
        .pinned_to(&order.pins.loyalty)
        .evaluate(context, &ask)
        .await?;
    let earn = super::evaluate::earn(&evaluation);
    let units = shares(order, earn.points)?;
    Ok(Some(EarnEvaluation {
        member,
        earn,
        units,
    }))
}

/// The order as the engine is asked about it.
fn sold(order: &Order, member: &MemberId) -> loyalty::Evaluate {
    let line = |line: &OrderLine| loyalty::BasketLine {
        id: line.id.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        discount: Some(Money::new(discount(order, line), order.currency)),
    };
    loyalty::Evaluate {
        currency: order.currency,
        member: Some(member.clone()),
        sold: true,
        lines: order.lines.iter().map(line).collect(),
        redeem: None,
        codes: Vec::new(),
        brand: order.brand.clone(),
    }
}

/// What the channel took off a line.
fn discount(order: &Order, line: &OrderLine) -> i64 {
    let of_line =
        |promotion: &&AppliedPromotion| promotion.scope == PromotionScope::Line(line.id.clone());
    let taken = order.promotions.iter().filter(of_line);
    taken.map(|promotion| promotion.amount.minor).sum()
}

/// Points over the units, by what each line was sold for.
fn shares(order: &Order, points: i64) -> Result<Vec<(UnitRange, i64)>, Refusal> {
    let basket = Basket {
        currency: order.currency,
        lines: order.lines.iter().map(BasketLine::from).collect(),
        promotions: order.promotions.clone(),
        redemption: None,
        earn_points: points,
        charges: Vec::new(),
    };
    let rows = allocate(&basket)?.units();
    let each = |run: UnitRun| (run.units, run.earn_points);
    Ok(rows.into_iter().map(each).collect())
}
