//! How a total is divided without losing or inventing a minor unit.

/// Which of the parts get one unit more where a total does not divide evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneMore {
    /// The first `total mod n`.
    First,
    /// The last `total mod n`.
    Last,
}

/// Part `k` (1-based) of `n` where `total` lies evenly on them, but for one unit more on some.
///
/// A complete sequence sums exactly to the total, and a part is negative only of a negative total.
/// Of two totals, the larger one's part `k` is never smaller, as long as `more` is the same: what
/// lies evenly before and after a reduction takes nothing negative off any part. Outside `1..=n`
/// the part is zero.
///
/// ```
/// use crossdock_model::{OneMore, even_part};
/// let parts = |more| (1..=3).map(|k| even_part(1103, k, 3, more)).collect::<Vec<_>>();
/// assert_eq!(parts(OneMore::First), [368, 368, 367]);
/// assert_eq!(parts(OneMore::Last), [367, 368, 368]);
/// ```
pub fn even_part(total: i64, k: u32, n: u32, more: OneMore) -> i64 {
    if k == 0 || k > n {
        return 0;
    }
    let (each, spare) = (
        total.div_euclid(i64::from(n)),
        total.rem_euclid(i64::from(n)),
    );
    let place = match more {
        OneMore::First => k,
        OneMore::Last => n - k + 1,
    };
    each + i64::from(i64::from(place) <= spare)
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
        fn even_parts_sum_to_the_total(total in any::<i64>(), n in 1u32..200) {
            for more in [OneMore::First, OneMore::Last] {
                let sum: i64 = (1..=n).map(|k| even_part(total, k, n, more)).sum();
                prop_assert_eq!(sum, total);
            }
        }

        #[test]
        fn a_reduction_takes_nothing_negative_off_any_part(
            before in any::<i64>(),
            off in 0i64..1_000,
            n in 1u32..200,
        ) {
            let after = before.saturating_sub(off);
            for more in [OneMore::First, OneMore::Last] {
                for k in 1..=n {
                    prop_assert!(even_part(before, k, n, more) >= even_part(after, k, n, more));
                }
            }
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
