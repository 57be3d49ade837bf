//! Fulfilment orders that are not packed yet: the units that they can give up, and what is left of them.

use crate::codes::FulfilmentState;
use crate::fulfilment::{self, FulfilmentOrder};
use crate::order;
use crate::stock::StockKey;
use crate::wire::FulfilmentItem;
use crossdock_books::{Outcome, Tx};
use rusqlite::params;
use std::cmp::Reverse;

/// A fulfilment order that is not packed, and what is taken from it.
#[derive(Debug)]
pub(crate) struct Unpacked {
    fulfilment: FulfilmentOrder,
    lines: Vec<Line>,
}

/// A line of it, and how many of its units are taken.
#[derive(Debug)]
struct Line {
    item: FulfilmentItem,
    taken: u32,
}

/// The fulfilment orders of an order that are not packed, in the order in which units are taken from them.
pub(crate) fn of_order(tx: &Tx<'_>, order: i64) -> Outcome<Vec<Unpacked>> {
    let mut unpacked = Vec::new();
    for fulfilment in fulfilment::of_order(tx, order)? {
        if turn(fulfilment.state).is_some() {
            let items = fulfilment::items(tx, fulfilment.number)?.into_iter();
            let lines = items.map(|item| Line { item, taken: 0 }).collect();
            unpacked.push(Unpacked { fulfilment, lines });
        }
    }
    unpacked.sort_by_key(|one| (turn(one.fulfilment.state), Reverse(one.fulfilment.number)));
    Ok(unpacked)
}

impl Unpacked {
    /// The location that would ship it.
    pub(crate) fn node(&self) -> &str {
        &self.fulfilment.node
    }

    /// Takes at most so many units of an item, in memory; answers how many it had.
    pub(crate) fn take(&mut self, item: &str, most: u32) -> u32 {
        let Some(line) = self.lines.iter_mut().find(|line| line.item.item == item) else {
            return 0;
        };
        let units = most.min(line.left());
        line.taken += units;
        units
    }

    /// Writes what was taken for a line cancellation: the stock is free again, and the location sees a new version.
    pub(crate) fn give_up(
        mut self,
        tx: &Tx<'_>,
        order: &order::Row,
        line_cancellation: i64,
    ) -> Outcome<()> {
        if self.lines.iter().all(|line| line.taken == 0) {
            return Ok(());
        }
        if self.lines.iter().all(|line| line.left() == 0) {
            // Its lines stay as they are: they say what the location was asked for.
            fulfilment::cancel(tx, order, &self.fulfilment)?;
            tx.prepare_cached("UPDATE fulfilment_order SET cancelled_by = ?2 WHERE number = ?1")?
                .execute([self.fulfilment.number, line_cancellation])?;
            return Ok(());
        }
        for line in self.lines.iter().filter(|line| line.taken > 0) {
            let at = StockKey::sellable(&line.item.sku, &self.fulfilment.node);
            order::allocate(tx, order, at, -i64::from(line.taken), "cancel")?;
            line.shrink(tx, self.fulfilment.number)?;
        }
        let state = self.fulfilment.state;
        fulfilment::advance(tx, &mut self.fulfilment, state)
    }
}

impl Line {
    /// The units that would still ship: what was found, or as long as nobody has looked, what was asked for.
    fn left(&self) -> u32 {
        let promised = self.item.picked.unwrap_or(self.item.qty);
        promised.saturating_sub(self.taken)
    }

    /// Takes its units off its row, which goes when nothing is left of it.
    fn shrink(&self, tx: &Tx<'_>, fulfilment: i64) -> Outcome<()> {
        if self.left() == 0 {
            tx.prepare_cached(
                "DELETE FROM fulfilment_line WHERE fulfilment_order = ?1 AND item = ?2",
            )?
            .execute(params![fulfilment, self.item.item])?;
            return Ok(());
        }
        // Before the pick there is no number to lower: null stays null.
        tx.prepare_cached(
            "UPDATE fulfilment_line SET quantity = quantity - ?3, picked = picked - ?3
             WHERE fulfilment_order = ?1 AND item = ?2",
        )?
        .execute(params![fulfilment, self.item.item, self.taken])?;
        Ok(())
    }
}

/// When units are taken from a state: first where the least work was done, never from what is packed or over.
fn turn(state: FulfilmentState) -> Option<u8> {
    match state {
        FulfilmentState::Open => Some(0),
        FulfilmentState::Accepted => Some(1),
        FulfilmentState::Picked => Some(2),
        FulfilmentState::Packed
        | FulfilmentState::Shipped
        | FulfilmentState::Rejected
        | FulfilmentState::Incomplete
        | FulfilmentState::Cancelled => None,
    }
}
