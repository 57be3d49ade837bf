//! What is an order's own, as the nth copy of it has it.

use crate::growth::fill::buyers::Buyers;
use crossdock_model::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// One copy of all template orders: everything of it is other, later and further on than in any before.
#[derive(Debug, Clone)]
pub(crate) struct Nth {
    /// Which one it is, from 1.
    pub(crate) n: u32,
    /// No number that a template order has is larger than this.
    pub(crate) stride: i64,
    /// So many seconds lie between two copies: more than the template orders took.
    pub(crate) seconds: i64,
    /// How its buyers can be reached.
    pub(crate) buyers: Arc<Buyers>,
}

impl Nth {
    /// An id as it comes later: one of version 7 keeps its order in time, any other is as random as it was.
    pub(crate) fn id(&self, id: Uuid) -> Uuid {
        let [b0, b1, b2, b3, b4, b5, .., b12, b13, b14, b15] = id.into_bytes();
        let mut bytes = id.into_bytes();
        if id.get_version_num() == 7 {
            let at = u64::from_be_bytes([0, 0, b0, b1, b2, b3, b4, b5]);
            let later = u64::try_from(self.seconds_later() * 1_000).unwrap_or(0);
            let [_, _, time @ ..] = (at + later).to_be_bytes();
            let own = self.word(u32::from_be_bytes([b12, b13, b14, b15]));
            fill(&mut bytes, time.into_iter());
            fill(
                bytes.get_mut(12..).unwrap_or_default(),
                own.to_be_bytes().into_iter(),
            );
        } else {
            let own = self.word(u32::from_be_bytes([b0, b1, b2, b3]));
            fill(&mut bytes, own.to_be_bytes().into_iter());
        }
        Uuid::from_bytes(bytes)
    }

    /// Some bits of an id or a hash: in every copy others.
    pub(crate) fn word(&self, word: u32) -> u32 {
        // An odd factor loses nothing: no two copies have the same product.
        word ^ self.n.wrapping_mul(0x9e37_79b1)
    }

    /// A number of a row, a document or an order.
    pub(crate) fn number(&self, number: i64) -> i64 {
        number + self.stride * i64::from(self.n)
    }

    /// How much later it is than the template orders.
    pub(crate) fn seconds_later(&self) -> i64 {
        self.seconds * i64::from(self.n)
    }

    /// A moment, as much later.
    pub(crate) fn at(&self, at: Timestamp) -> Timestamp {
        let later = Duration::from_secs(u64::try_from(self.seconds_later()).unwrap_or(0));
        at.saturating_add(later).unwrap_or(at)
    }
}

fn fill(bytes: &mut [u8], with: impl Iterator<Item = u8>) {
    for (byte, new) in bytes.iter_mut().zip(with) {
        *byte = new;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// A copy of template orders that have numbers below 5,000 and took less than nine seconds.
    pub(crate) fn nth(n: u32) -> Nth {
        Nth {
            n,
            stride: 5_000,
            seconds: 9,
            buyers: Arc::new(Buyers::new(b"a secret of thirty-two bytes or more")),
        }
    }

    #[test]
    fn ids_of_copies_are_all_others_and_later_ones_where_they_tell_the_time() {
        let placed = Uuid::try_parse("019fc1b9-ec3c-7000-84e3-fd8bbed164ce").unwrap();
        let told = Uuid::try_parse("1e6a9a23-f468-865d-b503-d0756b8820aa").unwrap();
        let ids = |of: Uuid| -> Vec<Uuid> { (0..1_000).map(|n| nth(n).id(of)).collect() };
        assert!(ids(placed).is_sorted() && ids(placed)[0] == placed);
        assert!(ids(placed).iter().all(|id| id.get_version_num() == 7));
        assert!(ids(told).iter().all(|id| id.get_version_num() == 8));
        assert_eq!(ids(told).into_iter().collect::<BTreeSet<_>>().len(), 1_000);
    }

    #[test]
    fn numbers_and_times_go_on() {
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        assert_eq!(nth(3).number(17), 15_017);
        assert_eq!(nth(3).at(at).as_second(), 1_700_000_027);
    }
}
