//! One line's columns before they fall on its units.

use super::basket::BasketLine;
use crossdock_model::{OneMore, even_part};

/// The columns of a line; money in minor units, nothing negative.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) line: &'a BasketLine,
    /// At list price.
    pub(super) gross: i64,
    /// What is left of the list price after the promotions so far.
    pub(super) net: i64,
    /// What each promotion takes off, by its id, in the sequence that they apply in.
    pub(super) promotions: Vec<(&'a str, Reduction)>,
    pub(super) burnt: Reduction,
    pub(super) burn_points: i64,
    /// Whether burnt points reduce the amount that tax is computed on.
    pub(super) before_tax: bool,
    pub(super) earn_points: i64,
}

impl<'a> Column<'a> {
    pub(super) fn new(line: &'a BasketLine, gross: i64) -> Self {
        Self {
            line,
            gross,
            net: gross,
            promotions: Vec::new(),
            burnt: Reduction::new(gross, 0),
            burn_points: 0,
            before_tax: true,
            earn_points: 0,
        }
    }

    /// Takes a promotion's part off what is left, which is not less.
    pub(super) fn promote(&mut self, id: &'a str, off: i64) {
        let reduction = Reduction::new(self.net, off);
        self.promotions.push((id, reduction));
        self.net = reduction.after;
    }

    pub(super) fn taxable(&self) -> i64 {
        if self.before_tax {
            self.burnt.after
        } else {
            self.burnt.before
        }
    }

    /// What is paid for the line, tax included.
    pub(super) fn paid(&self) -> i64 {
        self.burnt.after + self.line.tax
    }
}

/// What a line comes to before and after something is taken off it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reduction {
    pub(super) before: i64,
    pub(super) after: i64,
}

impl Reduction {
    /// `off` taken off `before`, of which it is a part.
    pub(super) fn new(before: i64, off: i64) -> Self {
        Self {
            before,
            after: before - off,
        }
    }

    /// The part of unit `k` of `n` in what is taken off: what lies evenly on it before, minus after.
    pub(super) fn of_unit(self, k: u32, n: u32) -> i64 {
        let part = |total| even_part(total, k, n, OneMore::Last);
        part(self.before) - part(self.after)
    }
}
