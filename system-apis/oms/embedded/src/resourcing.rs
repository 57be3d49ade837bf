//! Sourcing again: units that one location cannot ship go to another, three times, then they wait for stock.

use crate::fulfilment::{self, FulfilmentOrder};
use crate::order;
use crate::sourcing::FreeStock;
use crate::stock::StockKey;
use crate::wire::{Item, Units};
use crossdock_books::{Outcome, Tx};
use rusqlite::params;
use std::collections::BTreeMap;

/// How often the units of an order are given to another location at once; then they wait as if nobody had them.
const MOST_ATTEMPTS: u32 = 3;

/// Who ships the units instead, and which of them nobody can.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) elsewhere: BTreeMap<String, Vec<Units>>,
    pub(crate) backordered: Vec<Units>,
}

/// Looks for another location; those that failed the order before are not asked again.
pub(crate) fn plan(
    tx: &Tx<'_>,
    order: &order::Row,
    fulfilment: &FulfilmentOrder,
    units: &[Units],
) -> Outcome<Plan> {
    if fulfilment.attempt > MOST_ATTEMPTS {
        return Ok(Plan {
            backordered: units.to_vec(),
            ..Plan::default()
        });
    }
    let items = wanted(tx, order.number, units)?;
    search(tx, order.number, &items)
}

/// Looks for locations that have the items now, except those that failed the order before.
pub(crate) fn search(tx: &Tx<'_>, order: i64, items: &[Item]) -> Outcome<Plan> {
    let mut plan = Plan::default();
    let avoid = failed(tx, order)?;
    let mut room = FreeStock::load(tx, items)?;
    for item in items {
        for part in room.take(item, item.qty, &avoid) {
            let units = Units {
                item: part.item,
                sku: part.sku,
                qty: part.asked,
            };
            match part.node {
                Some(node) => plan.elsewhere.entry(node).or_default().push(units),
                None => plan.backordered.push(units),
            }
        }
    }
    Ok(plan)
}

/// Promises the stock, asks the locations, and notes what has to wait.
pub(crate) fn carry_out(tx: &Tx<'_>, order: &order::Row, attempt: u32, plan: Plan) -> Outcome<()> {
    for units in &plan.backordered {
        order::backorder(tx, order.number, &units.item, i64::from(units.qty))?;
    }
    for (node, items) in plan.elsewhere {
        for units in &items {
            let at = StockKey::sellable(&units.sku, &node);
            order::allocate(tx, order, at, i64::from(units.qty), "allocate")?;
        }
        fulfilment::open(tx, order, &node, &items, attempt)?;
    }
    Ok(())
}

/// Locations that rejected a part of the order or did not find it.
fn failed(tx: &Tx<'_>, order: i64) -> Outcome<Vec<String>> {
    let mut query = tx.prepare_cached(
        "SELECT DISTINCT location FROM fulfilment_order
         WHERE customer_order = ?1 AND (state IN ('REJECTED', 'INCOMPLETE') OR short = 1)",
    )?;
    let nodes = query.query_map([order], |row| row.get(0))?;
    Ok(nodes.collect::<rusqlite::Result<_>>()?)
}

/// The units as the order's lines want them sourced.
fn wanted(tx: &Tx<'_>, order: i64, units: &[Units]) -> Outcome<Vec<Item>> {
    let mut query = tx.prepare_cached(
        "SELECT route, location FROM order_line WHERE customer_order = ?1 AND item = ?2",
    )?;
    let mut items = Vec::with_capacity(units.len());
    for units in units {
        let item = query.query_row(params![order, units.item], |row| {
            Ok(Item {
                item: units.item.clone(),
                sku: units.sku.clone(),
                qty: units.qty,
                route: row.get(0)?,
                node: row.get(1)?,
            })
        })?;
        items.push(item);
    }
    Ok(items)
}
