//! How a total is divided without losing or inventing a minor unit.

/// The share of unit `k` (1-based) of `n` in `total`: `round(T·k/n) − round(T·(k−1)/n)`.
///
/// Any complete sequence sums exactly to the total, each share within one unit of the others
/// (domain rule, "Allocation & rounding"). Outside `1..=n` the share is zero.
///
/// ```
/// let shares: Vec<i64> = (1..=3).map(|k| crossdock_model::share(1103, k, 3)).collect();
/// assert_eq!(shares, [368, 367, 368]);
/// ```
pub fn share(total: i64, k: u32, n: u32) -> i64 {
    if k == 0 || k > n {
        return 0;
    }
    let upto = |count: u32| {
        round_half_away(i128::from(total) * i128::from(count), i128::from(n)).unwrap_or(0)
    };
    upto(k) - upto(k - 1)
}

/// `total` over `weights` by largest remainder, ties by position; all-zero weights split equally.
///
/// The parts sum exactly to the total. Negative weights count as zero. No weights: no parts.
///
/// ```
/// assert_eq!(crossdock_model::by_weight(1000, &[7200, 2250]), [762, 238]);
/// ```
pub fn by_weight(total: i64, weights: &[i64]) -> Vec<i64> {
    let weights: Vec<i128> = weights
        .iter()
        .map(|weight| i128::from((*weight).max(0)))
        .collect();
    let weights = if weights.iter().all(|weight| *weight == 0) {
        vec![1; weights.len()]
    } else {
        weights
    };
    let sum: i128 = weights.iter().sum();
    if sum == 0 {
        return Vec::new();
    }
    let exact = |weight: &i128| i128::from(total) * weight;
    let mut parts: Vec<i128> = weights.iter().map(|w| exact(w).div_euclid(sum)).collect();
    let mut by_remainder: Vec<(i128, usize)> = weights
        .iter()
        .enumerate()
        .map(|(at, w)| (exact(w).rem_euclid(sum), at))
        .collect();
    by_remainder.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let missing = i128::from(total) - parts.iter().sum::<i128>();
    for (_, at) in by_remainder
        .iter()
        .take(usize::try_from(missing).unwrap_or(0))
    {
        if let Some(part) = parts.get_mut(*at) {
            *part += 1;
        }
    }
    parts
        .into_iter()
        .map(|part| i64::try_from(part).unwrap_or(i64::MAX))
        .collect()
}

/// `numerator / denominator` rounded half away from zero; none when it does not fit or divides by zero.
pub(crate) fn round_half_away(numerator: i128, denominator: i128) -> Option<i64> {
    if denominator == 0 {
        return None;
    }
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    let away = if rest.abs() * 2 >= denominator.abs() {
        if (numerator < 0) == (denominator < 0) {
            1
        } else {
            -1
        }
    } else {
        0
    };
    i64::try_from(quotient + away).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn unit_shares_sum_to_the_total(total in -10_000_000i64..10_000_000, n in 1u32..200) {
            let sum: i64 = (1..=n).map(|k| share(total, k, n)).sum();
            prop_assert_eq!(sum, total);
        }

        #[test]
        fn weighted_parts_sum_to_the_total(
            total in 0i64..10_000_000,
            weights in prop::collection::vec(0i64..1_000_000, 1..20),
        ) {
            prop_assert_eq!(by_weight(total, &weights).iter().sum::<i64>(), total);
        }
    }

    #[test]
    fn ties_go_to_the_earlier_line() {
        assert_eq!(by_weight(1, &[1, 1]), [1, 0]);
        assert_eq!(by_weight(5, &[0, 0]), [3, 2]);
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(round_half_away(5, 2), Some(3));
        assert_eq!(round_half_away(-5, 2), Some(-3));
        assert_eq!(round_half_away(265, 100), Some(3));
    }
}
