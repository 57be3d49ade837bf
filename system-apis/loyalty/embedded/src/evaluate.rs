//! What a basket is worth: item promotions, order promotions, points, what is earned on the rest.

use crate::engine::{Engine, Merchant};
use crate::expiry;
use crate::ledger;
use crate::seed::{Reduction, Seed, SeedPromotion};
use crate::wire::{Applied, Basket, Earning, EvaluationObject, Rate, Worth};
use axum::extract::State;
use crossdock_books::{Json, VendorError};
use crossdock_model::{Currency, Money, MoneyError, PointsRate};
use std::sync::Arc;

/// `POST /v1/evaluations`: nothing of it is kept.
pub(crate) async fn evaluate(
    State(engine): State<Engine>,
    Merchant(merchant): Merchant,
    Json(basket): Json<Basket>,
) -> Result<Json<EvaluationObject>, VendorError> {
    let available = match (&basket.member, basket.redeem) {
        (Some(member), Some(_)) => Some(available(&engine, merchant, member.clone()).await?),
        (None, _) | (_, None) => None,
    };
    worth(&engine.seed, &basket, available).map(Json)
}

/// What a member can burn now; what has lapsed is taken out first.
async fn available(engine: &Engine, merchant: String, member: String) -> Result<i64, VendorError> {
    let seed = Arc::clone(&engine.seed);
    engine
        .book
        .write(move |tx| {
            let account = ledger::account_of(tx, &merchant, &member)?;
            expiry::expire_due(tx, &seed, account)?;
            Ok(ledger::balance(tx, account)?.available)
        })
        .await
}

/// The evaluation by the rules alone.
fn worth(
    seed: &Seed,
    basket: &Basket,
    available: Option<i64>,
) -> Result<EvaluationObject, VendorError> {
    let currency = Currency::from_code(&basket.currency)
        .ok_or_else(|| VendorError::unprocessable("unknown_currency", "write an ISO 4217 code"))?;
    known_codes(seed, basket)?;
    if basket.sold && (basket.redeem.is_some() || !basket.codes.is_empty()) {
        let message = "a sold basket has its price: ask without codes and points";
        return Err(VendorError::unprocessable("basket_sold", message));
    }
    let mut run = Run {
        currency,
        net: 0,
        applied: Vec::new(),
    };
    run.items(seed, basket)?;
    run.order(seed, basket)?;
    let rate = redemption_rate(seed, currency);
    let redemption = basket
        .redeem
        .map(|wanted| redeem(seed, rate, run.net, currency, (wanted, available)))
        .transpose()?;
    let base = run.net - redemption.as_ref().map_or(0, |worth| worth.value_minor);
    Ok(EvaluationObject {
        program: seed.program.clone(),
        applied: run.applied,
        redemption,
        earning: earn(seed, currency, base)?,
        liability: shown(rate),
    })
}

/// A basket on its way through the promotions.
struct Run {
    currency: Currency,
    /// What is left of all lines, in minor units.
    net: i64,
    applied: Vec<Applied>,
}

impl Run {
    /// Every line at its price, less what is taken off that line.
    fn items(&mut self, seed: &Seed, basket: &Basket) -> Result<(), VendorError> {
        for line in &basket.lines {
            let gross = Money::new(line.unit_price_minor, self.currency)
                .times(line.quantity.get())
                .map_err(|error| too_large(&error))?;
            if gross.is_negative() {
                return Err(VendorError::unprocessable(
                    "negative_price",
                    format!("line {} costs less than nothing", line.id),
                ));
            }
            self.net = self
                .net
                .checked_add(gross.minor)
                .ok_or_else(|| too_large(&MoneyError::Overflow))?;
            if basket.sold {
                if !(0..=gross.minor).contains(&line.discount_minor) {
                    let message = format!(
                        "line {} was sold for less than nothing, or for more than its price",
                        line.id
                    );
                    return Err(VendorError::unprocessable("wrong_discount", message));
                }
                self.net -= line.discount_minor;
                continue;
            }
            let mut left = gross.minor;
            for promotion in applicable(seed, basket) {
                let Reduction::ItemShare { skus, basis_points } = &promotion.takes else {
                    continue;
                };
                if skus.contains(&line.sku) {
                    let part = share(gross, *basis_points)?.min(left);
                    left -= part;
                    self.take(promotion, Some(line.id.clone()), part);
                }
            }
        }
        Ok(())
    }

    /// What is taken off the whole, each off what the one before it has left.
    fn order(&mut self, seed: &Seed, basket: &Basket) -> Result<(), VendorError> {
        if basket.sold {
            return Ok(());
        }
        for promotion in applicable(seed, basket) {
            let part = match &promotion.takes {
                Reduction::ItemShare { .. } => continue,
                Reduction::OrderShare { basis_points } => {
                    share(Money::new(self.net, self.currency), *basis_points)?
                }
                Reduction::OrderAmount { amounts } => amounts
                    .iter()
                    .find(|amount| amount.currency == self.currency)
                    .map_or(0, |amount| amount.minor),
            };
            self.take(promotion, None, part.min(self.net));
        }
        Ok(())
    }

    fn take(&mut self, promotion: &SeedPromotion, line: Option<String>, amount_minor: i64) {
        if amount_minor <= 0 {
            return;
        }
        self.net -= amount_minor;
        let position = u32::try_from(self.applied.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        self.applied.push(Applied {
            id: promotion.id.clone(),
            version: promotion.version.clone(),
            name: promotion.name.clone(),
            code: promotion.code.clone(),
            position,
            sponsor: promotion.sponsor.clone(),
            line,
            amount_minor,
        });
    }
}

/// The promotions that this basket has, in their order: automatic ones, and those whose code was entered.
fn applicable<'a>(seed: &'a Seed, basket: &Basket) -> Vec<&'a SeedPromotion> {
    let entered = |promotion: &&SeedPromotion| match &promotion.code {
        Some(code) => basket
            .codes
            .iter()
            .any(|given| given.eq_ignore_ascii_case(code)),
        None => true,
    };
    let branded =
        |promotion: &&SeedPromotion| promotion.brand.is_none() || promotion.brand == basket.brand;
    let mut found: Vec<_> = seed
        .promotions
        .iter()
        .filter(entered)
        .filter(branded)
        .collect();
    found.sort_by_key(|promotion| promotion.stack_order);
    found
}

fn known_codes(seed: &Seed, basket: &Basket) -> Result<(), VendorError> {
    let known = |given: &String| {
        let mut codes = seed
            .promotions
            .iter()
            .filter_map(|promotion| promotion.code.as_deref());
        codes.any(|code| code.eq_ignore_ascii_case(given))
    };
    match basket.codes.iter().position(|given| !known(given)) {
        None => Ok(()),
        Some(at) => {
            let message = "no promotion has that code: check its spelling, or leave it out";
            Err(VendorError::unprocessable("unknown_code", message)
                .with_details(serde_json::json!({ "position": at })))
        }
    }
}

fn share(of: Money, basis_points: u32) -> Result<i64, VendorError> {
    let part = of
        .ratio(i64::from(basis_points), 10_000)
        .map_err(|error| too_large(&error))?;
    Ok(part.minor)
}

/// Points set against what is left; never more than it is worth.
fn redeem(
    seed: &Seed,
    rate: PointsRate,
    net: i64,
    currency: Currency,
    (wanted, available): (i64, Option<i64>),
) -> Result<Worth, VendorError> {
    let Some(available) = available else {
        return Err(VendorError::unprocessable(
            "member_required",
            "points are burnt by a member: name one",
        ));
    };
    if wanted <= 0 || wanted > available {
        let message = format!("{wanted} points asked for, {available} available");
        return Err(VendorError::conflict("insufficient_points", message));
    }
    let most = i128::from(net) * i128::from(rate.denominator) / i128::from(rate.numerator);
    let points = wanted.min(i64::try_from(most).unwrap_or(i64::MAX));
    let value = rate
        .value(points, currency)
        .map_err(|error| too_large(&error))?;
    Ok(Worth {
        points,
        value_minor: value.minor.min(net),
        rate: shown(rate),
        taxed_as: if seed.sponsor.is_some() {
            "tender"
        } else {
            "discount"
        },
        sponsor: seed.sponsor.clone(),
    })
}

fn earn(seed: &Seed, currency: Currency, base_minor: i64) -> Result<Earning, VendorError> {
    let rule = &seed.earn;
    let unit = whole_unit(currency);
    let points = i128::from(base_minor) * i128::from(rule.points_per_unit) / i128::from(unit);
    Ok(Earning {
        points: i64::try_from(points).map_err(|_beyond| too_large(&MoneyError::Overflow))?,
        rule: rule.id.clone(),
        version: rule.version.clone(),
        base_minor,
        rate: Rate {
            minor: unit,
            points: i64::from(rule.points_per_unit),
        },
    })
}

/// The minor units of a whole unit: 100 of a dollar, 1 of a yen, 1,000 of a dinar.
fn whole_unit(currency: Currency) -> i64 {
    10_i64.saturating_pow(currency.decimals())
}

/// What points are worth, in lowest terms.
fn redemption_rate(seed: &Seed, currency: Currency) -> PointsRate {
    let (minor, points) = (whole_unit(currency), i64::from(seed.points_per_unit.get()));
    let common = common_divisor(minor, points);
    PointsRate {
        numerator: minor / common,
        denominator: points / common,
    }
}

fn common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 {
        a.max(1)
    } else {
        common_divisor(b, a % b)
    }
}

fn shown(rate: PointsRate) -> Rate {
    Rate {
        minor: rate.numerator,
        points: rate.denominator,
    }
}

fn too_large(error: &MoneyError) -> VendorError {
    VendorError::unprocessable("amount_too_large", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Item;
    use crossdock_model::Quantity;

    fn basket(lines: &[(&str, u32, i64)], codes: &[&str], redeem: Option<i64>) -> Basket {
        Basket {
            currency: "USD".into(),
            member: Some("member-ada".into()),
            sold: false,
            lines: lines
                .iter()
                .map(|(sku, quantity, unit_price_minor)| Item {
                    id: (*sku).to_owned(),
                    sku: sku.parse().unwrap(),
                    quantity: Quantity::new(*quantity).unwrap(),
                    unit_price_minor: *unit_price_minor,
                    discount_minor: 0,
                })
                .collect(),
            redeem,
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
            brand: None,
        }
    }

    fn amounts(of: &EvaluationObject) -> Vec<i64> {
        of.applied
            .iter()
            .map(|applied| applied.amount_minor)
            .collect()
    }

    #[test]
    fn the_first_golden_basket_earns_84_points() {
        let basket = basket(
            &[("A-1", 2, 4000), ("B-1", 1, 2500)],
            &["tenoff"],
            Some(1_000),
        );
        let found = worth(&Seed::demo(), &basket, Some(1_500)).unwrap();
        assert_eq!(amounts(&found), [1050]);
        let redemption = found.redemption.unwrap();
        assert_eq!((redemption.points, redemption.value_minor), (1_000, 1000));
        assert_eq!(
            (redemption.taxed_as, redemption.sponsor),
            ("discount", None)
        );
        assert_eq!((found.earning.points, found.earning.base_minor), (84, 8450));
    }

    #[test]
    fn a_sponsored_programme_pays_after_tax() {
        let basket = basket(
            &[("A-1", 2, 4000), ("B-1", 1, 2500)],
            &["TENOFF"],
            Some(1_000),
        );
        let found = worth(&Seed::partner(), &basket, Some(1_500)).unwrap();
        let redemption = found.redemption.unwrap();
        assert_eq!(redemption.taxed_as, "tender");
        assert_eq!(redemption.sponsor.as_deref(), Some("Skyline Air"));
        assert_eq!(found.earning.points, 84);
    }

    #[test]
    fn the_second_golden_basket_rounds_half_away_from_zero() {
        let basket = basket(
            &[("A-2", 3, 2450), ("B-2", 2, 735)],
            &["FIVEOFF", "A15"],
            Some(500),
        );
        let found = worth(&Seed::demo(), &basket, Some(1_500)).unwrap();
        assert_eq!(amounts(&found), [1103, 500]);
        assert_eq!(found.applied[0].line.as_deref(), Some("A-2"));
        assert_eq!(found.redemption.unwrap().value_minor, 500);
        assert_eq!(found.earning.points, 67);
    }

    #[test]
    fn points_never_take_off_more_than_is_left() {
        let basket = basket(&[("B-2", 1, 735)], &["FIVEOFF"], Some(1_000));
        let found = worth(&Seed::demo(), &basket, Some(1_500)).unwrap();
        let redemption = found.redemption.unwrap();
        assert_eq!((redemption.points, redemption.value_minor), (235, 235));
        assert_eq!(found.earning.points, 0);
    }

    #[test]
    fn currencies_keep_their_decimals() {
        let mut yen = basket(&[("J-1", 1, 4000)], &[], Some(1_000));
        yen.currency = "JPY".into();
        let found = worth(&Seed::demo(), &yen, Some(1_500)).unwrap();
        assert_eq!(
            amounts(&found),
            [200],
            "the automatic promotion of that item"
        );
        assert_eq!(found.redemption.unwrap().value_minor, 10);
        assert_eq!(found.earning.points, 3_790);
        let mut dinar = basket(&[("K-1", 1, 12_500)], &["FIVEOFF"], None);
        dinar.currency = "KWD".into();
        let found = worth(&Seed::demo(), &dinar, None).unwrap();
        assert_eq!((amounts(&found), found.earning.points), (vec![5_000], 7));
    }

    #[test]
    fn a_basket_that_was_sold_earns_on_what_it_was_sold_for() {
        let mut sold = basket(&[("J-1", 2, 4000)], &[], None);
        (sold.sold, sold.lines[0].discount_minor) = (true, 300);
        let found = worth(&Seed::demo(), &sold, None).unwrap();
        assert_eq!(
            amounts(&found),
            [] as [i64; 0],
            "not even the automatic one"
        );
        assert_eq!(
            (found.earning.points, found.earning.base_minor),
            (77, 7_700)
        );
        sold.lines[0].discount_minor = 8_001;
        let error = worth(&Seed::demo(), &sold, None).unwrap_err();
        assert_eq!(error.code(), "wrong_discount");
        sold.codes.push("TENOFF".into());
        let error = worth(&Seed::demo(), &sold, None).unwrap_err();
        assert_eq!(error.code(), "basket_sold");
    }

    #[test]
    fn an_unknown_code_and_missing_points_are_refused() {
        let unknown = basket(&[("A-1", 1, 4000)], &["TENOFF", "NOPE"], None);
        assert_eq!(
            worth(&Seed::demo(), &unknown, None).unwrap_err().code(),
            "unknown_code"
        );
        let short = basket(&[("A-1", 1, 4000)], &[], Some(2_000));
        let error = worth(&Seed::demo(), &short, Some(1_500)).unwrap_err();
        assert_eq!(error.code(), "insufficient_points");
    }
}
