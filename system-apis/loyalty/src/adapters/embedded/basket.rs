//! Maps a basket to the engine's request, and its evaluation back.

use super::wire::Details;
use crossdock_model::{Currency, Fault, Money, Points, PointsRate, Program, Violation};
use crossdock_system::EmbeddedError;
use serde::Deserialize;
use serde_json::{Value, json};
use sys_loyalty_contract::{
    Earn, Evaluate, Evaluation, Funding, Promotion, Redemption, Scope, Treatment,
};

/// The request for the evaluation of a basket, in one currency.
pub(super) fn request(ask: &Evaluate) -> Result<Value, Fault> {
    let mut wrong =
        crossdock_model::Refusal::new("mixed_currencies", "one basket has one currency");
    for (at, line) in ask.lines.iter().enumerate() {
        let amounts = [
            ("unitPrice", Some(line.unit_price)),
            ("discount", line.discount),
        ];
        for (member, amount) in amounts {
            if amount.is_some_and(|amount| amount.currency != ask.currency) {
                wrong.errors.push(Violation {
                    pointer: format!("/lines/{at}/{member}/currency"),
                    detail: format!("is not {}", ask.currency.code()),
                });
            }
        }
    }
    if !wrong.errors.is_empty() {
        return Err(wrong.into());
    }
    let lines = ask.lines.iter().map(|line| {
        json!({
            "id": line.id, "sku": line.sku, "quantity": line.quantity,
            "unit_price_minor": line.unit_price.minor,
            "discount_minor": line.discount.map_or(0, |discount| discount.minor),
        })
    });
    Ok(json!({
        "currency": ask.currency.code(), "member": ask.member, "sold": ask.sold, "lines": lines.collect::<Vec<_>>(),
        "redeem": ask.redeem, "codes": ask.codes, "brand": ask.brand,
    }))
}

/// A promotion code that the engine does not know, pointed at.
pub(super) fn unknown_code(error: &EmbeddedError<Details>) -> Fault {
    let mut refusal = crossdock_model::Refusal::new("validation_failed", error.message.clone());
    refusal
        .errors
        .extend(error.details.position.map(|at| Violation {
            pointer: format!("/codes/{at}"),
            detail: error.message.clone(),
        }));
    refusal.into()
}

#[derive(Debug, Deserialize)]
pub(super) struct Evaluated {
    program: Program,
    applied: Vec<Applied>,
    redemption: Option<Worth>,
    earning: Earning,
    liability: Rate,
}

#[derive(Debug, Deserialize)]
struct Applied {
    id: String,
    version: String,
    name: String,
    code: Option<String>,
    position: u32,
    sponsor: Option<String>,
    line: Option<String>,
    amount_minor: i64,
}

#[derive(Debug, Deserialize)]
struct Worth {
    points: i64,
    value_minor: i64,
    rate: Rate,
    taxed_as: String,
    sponsor: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Earning {
    points: i64,
    rule: String,
    version: String,
    base_minor: i64,
    rate: Rate,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Rate {
    minor: i64,
    points: i64,
}

impl From<Rate> for PointsRate {
    fn from(rate: Rate) -> Self {
        Self {
            numerator: rate.minor,
            denominator: rate.points,
        }
    }
}

/// What the engine said, in canonical terms.
pub(super) fn evaluated(from: Evaluated, currency: Currency) -> Result<Evaluation, Fault> {
    let program = from.program;
    let promotions = from
        .applied
        .into_iter()
        .map(|applied| promotion(applied, currency));
    let redemption = from
        .redemption
        .map(|worth| redemption(&worth, &program, currency));
    Ok(Evaluation {
        promotions: promotions.collect::<Result<_, Fault>>()?,
        redemption: redemption.transpose()?,
        earn: Earn {
            points: from.earning.points,
            rule: from.earning.rule,
            rule_version: from.earning.version,
            base: Money::new(from.earning.base_minor, currency),
            rate: from.earning.rate.into(),
        },
        liability_rate: from.liability.into(),
        program,
    })
}

fn promotion(applied: Applied, currency: Currency) -> Result<Promotion, Fault> {
    let line = |id: String| id.parse().map(Scope::Line).map_err(Fault::poison);
    Ok(Promotion {
        id: applied.id,
        version: applied.version,
        name: applied.name,
        code: applied.code,
        stack_order: applied.position,
        funding: funding(applied.sponsor),
        scope: applied.line.map_or(Ok(Scope::Order), line)?,
        amount: Money::new(applied.amount_minor, currency),
    })
}

fn redemption(worth: &Worth, program: &Program, currency: Currency) -> Result<Redemption, Fault> {
    let treatment = match worth.taxed_as.as_str() {
        "discount" => Treatment::PreTaxDiscount,
        "tender" => Treatment::PostTaxTender,
        other => return Err(Fault::poison(format!("points taxed as '{other}'"))),
    };
    Ok(Redemption {
        points: Points::new(worth.points, program),
        value: Money::new(worth.value_minor, currency),
        rate: worth.rate.into(),
        treatment,
        funding: funding(worth.sponsor.clone()),
    })
}

fn funding(sponsor: Option<String>) -> Funding {
    sponsor.map_or(Funding::Retailer, |sponsor| Funding::ThirdParty { sponsor })
}
