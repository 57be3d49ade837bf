//! Which orders of the fill are placed really, and which are copies.

use crate::growth::fill::nth::Nth;
use uuid::Uuid;

/// How many orders are copied: enough to have all the variety there is.
const TEMPLATES: u64 = 1_000;
/// At least so many are placed really after the copies, so that the newest are real.
const LAST: u64 = 500;
/// One order in so many is bought by the member with the loyalty card.
pub(crate) const MEMBERS: u64 = 10;

/// How many orders of each kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Placed really, and copied.
    pub(crate) templates: u64,
    /// How often all of them are copied.
    pub(crate) copies: u32,
    /// Placed really after the copies.
    pub(crate) last: u64,
}

impl Plan {
    /// For so many orders altogether; few are all placed really.
    pub(crate) fn of(orders: u64) -> Self {
        let copies = orders.saturating_sub(TEMPLATES + LAST) / TEMPLATES;
        let copies = u32::try_from(copies).unwrap_or(u32::MAX);
        let templates = if copies == 0 { 0 } else { TEMPLATES };
        Self {
            templates,
            copies,
            last: orders.saturating_sub(templates * (u64::from(copies) + 1)),
        }
    }

    /// How many orders are copies.
    pub(crate) fn copied(self) -> u64 {
        self.templates * u64::from(self.copies)
    }

    /// How many orders there are.
    pub(crate) fn orders(self) -> u64 {
        self.templates + self.copied() + self.last
    }
}

/// An order that was placed really, by its number.
pub(crate) type Placed = (u64, Uuid);

/// About so many of all orders, oldest first, with as many members among their buyers as there are among all.
pub(crate) fn spread(
    (templates, copies, last): (&[Placed], &[Nth], &[Placed]),
    samples: u64,
) -> Vec<Placed> {
    let of_copies = copies.iter().flat_map(|nth| {
        templates.iter().map(|(number, id)| {
            let number = i64::try_from(*number).map_or(0, |number| nth.number(number));
            (number.unsigned_abs(), nth.id(*id))
        })
    });
    let all = templates.len() * (copies.len() + 1) + last.len();
    let stride = u64::try_from(all).map_or(1, |all| all / samples.max(1));
    let stride = usize::try_from(meets_all_buyers(stride)).unwrap_or(usize::MAX);
    let all = templates.iter().copied().chain(of_copies);
    all.chain(last.iter().copied()).step_by(stride).collect()
}

/// About that stride, and one by which members come as often among the samples as among all orders.
fn meets_all_buyers(stride: u64) -> u64 {
    stride - stride % MEMBERS + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_orders_are_all_placed_and_many_are_mostly_copied() {
        let plan = |orders| {
            let plan = Plan::of(orders);
            assert_eq!(plan.orders(), orders);
            (plan.templates, plan.copies, plan.last)
        };
        assert_eq!(plan(200), (0, 0, 200));
        assert_eq!(plan(2_499), (0, 0, 2_499));
        assert_eq!(plan(2_500), (1_000, 1, 500));
        assert_eq!(plan(1_000_250), (1_000, 998, 1_250));
    }

    #[test]
    fn one_in_ten_of_the_orders_that_are_asked_for_is_a_members_in_a_shop_of_any_size() {
        for orders in [200, 1_000, 20_000, 200_000] {
            let placed: Vec<Placed> = (0..orders).map(|n| (n, Uuid::nil())).collect();
            let asked = spread((&[], &[], &placed), 1_000);
            let members = asked.iter().filter(|(n, _)| n.is_multiple_of(MEMBERS));
            let share = asked.len().div_ceil(members.count());
            assert_eq!(share, 10, "of {orders} orders");
        }
    }
}
