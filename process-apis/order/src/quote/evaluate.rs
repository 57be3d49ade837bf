//! Maps a basket to the loyalty engine's evaluation, and the answer to the order's types.

use crossdock_model::{Context, Currency, Fault, MemberId};
use proc_order_contract::{
    AppliedPromotion, Earn, Funding, OrderLine, PromotionScope, QuoteRequest, Redemption, Treatment,
};
use sys_loyalty_contract as loyalty;

/// Asks which promotions apply, what points take off, what the basket earns.
pub(super) async fn evaluate(
    engine: &loyalty::LoyaltyClient,
    context: &Context,
    request: &QuoteRequest,
    member: Option<&MemberId>,
    lines: &[OrderLine],
) -> Result<loyalty::Evaluation, Fault> {
    if request.redeem_points.is_some() && member.is_none() {
        let detail =
            "points can be burnt by a member only: sign the customer in, or leave redeemPoints out";
        return Err(Fault::refused("points_insufficient", detail));
    }
    let ask = loyalty::Evaluate {
        currency: lines
            .first()
            .map_or(Currency::USD, |line| line.unit_price.currency),
        member: member.cloned(),
        sold: false,
        lines: lines
            .iter()
            .map(|line| loyalty::BasketLine {
                id: line.id.clone(),
                sku: line.sku.clone(),
                quantity: line.quantity,
                unit_price: line.unit_price,
                discount: None,
            })
            .collect(),
        redeem: request.redeem_points,
        codes: request.codes.clone(),
        brand: request.brand.clone(),
    };
    let evaluated = engine.evaluate(context, &ask).await;
    evaluated.map_err(|fault| without_points(fault, request.redeem_points.is_some()))
}

/// A basket that burns points cannot be priced while the loyalty engine is down; one without points can.
fn without_points(fault: Fault, redeems: bool) -> Fault {
    match fault {
        Fault::Retry { .. } | Fault::Unknown { .. } if redeems => Fault::refused(
            "loyalty_unavailable",
            "points cannot be burnt right now: leave redeemPoints out, or try again in a moment",
        ),
        other @ (Fault::Retry { .. }
        | Fault::Unknown { .. }
        | Fault::Refused(_)
        | Fault::NothingHappened { .. }
        | Fault::Misconfigured { .. }
        | Fault::Poison { .. }) => other,
    }
}

pub(super) fn promotion(from: &loyalty::Promotion) -> AppliedPromotion {
    AppliedPromotion {
        id: from.id.clone(),
        version: from.version.clone(),
        name: from.name.clone(),
        stack_order: from.stack_order,
        funding: funding(&from.funding),
        scope: match &from.scope {
            loyalty::Scope::Line(line) => PromotionScope::Line(line.clone()),
            loyalty::Scope::Order => PromotionScope::Order,
        },
        amount: from.amount,
    }
}

pub(super) fn redemption(from: &loyalty::Redemption) -> Redemption {
    Redemption {
        program: from.points.program.clone(),
        points: from.points.quantity,
        value: from.value,
        treatment: match from.treatment {
            loyalty::Treatment::PreTaxDiscount => Treatment::PreTaxDiscount,
            loyalty::Treatment::PostTaxTender => Treatment::PostTaxTender,
        },
        funding: funding(&from.funding),
    }
}

fn funding(from: &loyalty::Funding) -> Funding {
    match from {
        loyalty::Funding::Retailer => Funding::Retailer,
        loyalty::Funding::ThirdParty { sponsor } => Funding::ThirdParty {
            sponsor: sponsor.clone(),
        },
    }
}

/// The points to earn, by which version of which rule.
pub(super) fn earn(evaluation: &loyalty::Evaluation) -> Earn {
    Earn {
        program: evaluation.program.clone(),
        points: evaluation.earn.points,
        rule: format!("{}@{}", evaluation.earn.rule, evaluation.earn.rule_version),
        liability_rate: evaluation.liability_rate,
    }
}
