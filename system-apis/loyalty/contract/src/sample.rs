//! The golden scenarios as requests, for tests and for the examples of the portal.

use crate::{Accrue, BasketLine, Evaluate, Hold, RunPoints};
use crossdock_model::{Currency, LineId, MemberId, Money, Quantity};

/// Our order id in the samples.
const ORDER: &str = "0192f3c1-7c00-7000-8000-000000000001";

impl Evaluate {
    /// Two of A at 40.00, one of B at 25.00, ten per cent off, 1,000 points.
    pub fn sample() -> Self {
        let (a, b) = (line("A", "A-1", 2, 4000), line("B", "B-1", 1, 2500));
        Self {
            currency: Currency::USD,
            member: Some(MemberId("member-ada".into())),
            sold: false,
            lines: a.into_iter().chain(b).collect(),
            redeem: Some(1000),
            codes: vec!["TENOFF".into()],
            brand: None,
        }
    }
}

impl Hold {
    /// The points of the golden scenario.
    pub fn sample() -> Self {
        Self {
            reference: ORDER.into(),
            member: MemberId("member-ada".into()),
            points: 1000,
            expires_in_seconds: 900,
        }
    }
}

impl Accrue {
    /// What the golden scenario earns: 64 points on two of A, 20 on B.
    pub fn sample() -> Self {
        let earned = [("A#1..A#2", 32), ("B#1", 20)];
        Self {
            reference: ORDER.into(),
            member: MemberId("member-ada".into()),
            runs: earned
                .into_iter()
                .filter_map(|(units, points_each)| run(units, points_each))
                .collect(),
            rule: "base-earn@1".into(),
        }
    }
}

/// None only where an id could not be one, which the samples' are.
fn line(id: &str, sku: &str, quantity: u32, minor: i64) -> Option<BasketLine> {
    Some(BasketLine {
        id: id.parse::<LineId>().ok()?,
        sku: sku.parse().ok()?,
        quantity: Quantity::new(quantity)?,
        unit_price: Money::new(minor, Currency::USD),
        discount: None,
    })
}

fn run(units: &str, points_each: i64) -> Option<RunPoints> {
    Some(RunPoints {
        units: units.parse().ok()?,
        points_each,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_whole_and_survive_the_wire() {
        let evaluate = Evaluate::sample();
        assert_eq!(evaluate.lines.len(), 2);
        let text = serde_json::to_string(&evaluate).unwrap();
        assert_eq!(serde_json::from_str::<Evaluate>(&text).unwrap(), evaluate);
        assert_eq!(
            Accrue::sample()
                .runs
                .iter()
                .map(RunPoints::total)
                .sum::<Option<i64>>(),
            Some(84)
        );
        assert_eq!(Hold::sample().points, 1000);
    }

    #[test]
    fn what_ten_thousand_units_earn_is_a_small_request() {
        let accrue = |units| Accrue {
            runs: run(units, 32).into_iter().collect(),
            ..Accrue::sample()
        };
        let size = |units| serde_json::to_string(&accrue(units)).unwrap().len();
        assert!(size("A#1..A#10000") < size("A#1") + 20);
    }
}
