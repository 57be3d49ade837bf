//! Order entry: an order taken on and sourced, shown, cancelled.

use crate::check;
use crate::codes::{FulfilmentState, HoldState, OrderState, Route};
use crate::fulfilment;
use crate::hold;
use crate::number;
use crate::order::{self, Row};
use crate::sourcing::FreeStock;
use crate::stock::StockKey;
use crate::wire::{self, Item, NewOrder, Order, Part, ReleasedStock};
use crossdock_books::{Outcome, Tx, VendorError};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Takes an order on, or answers the one that was taken on before under the same number.
pub(crate) fn create(tx: &Tx<'_>, merchant: &str, ask: &NewOrder) -> Outcome<Order> {
    check::order_no(&ask.order_no)?;
    check::items(&ask.items)?;
    let request = check::kept(&NewOrder {
        tag: None,
        ..ask.clone()
    })?;
    if let Some(row) = order::find(tx, merchant, &ask.order_no)? {
        check::same("order", &row.order_no, &row.request, &request)?;
        if row.state == OrderState::Cancelled {
            return Err(check::tombstoned("order", &row.order_no).into());
        }
        tx.effect("order", number::written(number::ORDER, row.number));
        return Ok(view(tx, &row)?);
    }
    check::no_tombstone(tx, merchant, "order", &ask.order_no)?;
    FreeStock::load(tx, &ask.items)?.check_known(&ask.items)?;
    for node in ask.items.iter().filter_map(|item| item.node.as_deref()) {
        check::node(tx, node)?;
    }
    hold::expire_due(tx)?;
    let reserved = take_over(tx, merchant, &ask.order_no)?;
    let row = order::insert(tx, merchant, ask, request)?;
    let parcels = source(tx, &row, &ask.items, &reserved)?;
    for (node, items) in parcels.shipped {
        fulfilment::open(tx, &row, &node, &items, 1)?;
    }
    for (node, items) in parcels.sold {
        fulfilment::hand_over(tx, &row, &node, &items)?;
    }
    tx.effect("order", number::written(number::ORDER, row.number));
    order::settle(tx, row.number)?;
    match order::find(tx, merchant, &ask.order_no)? {
        Some(row) => Ok(view(tx, &row)?),
        None => Err(VendorError::not_found("order").into()),
    }
}

/// Cancels an order that is packed nowhere; where there is none, none can come any more.
pub(crate) fn cancel(tx: &Tx<'_>, merchant: &str, order_no: &str) -> Outcome<ReleasedStock> {
    check::order_no(order_no)?;
    let Some(row) = order::find(tx, merchant, order_no)? else {
        check::tombstone(tx, merchant, "order", order_no)?;
        return Ok(ReleasedStock {
            number: None,
            order_no: order_no.to_owned(),
            parts: Vec::new(),
        });
    };
    let fulfilments = fulfilment::of_order(tx, row.number)?;
    let gone = fulfilments.iter().find(|fulfilment| {
        matches!(
            fulfilment.state,
            FulfilmentState::Packed | FulfilmentState::Shipped
        )
    });
    if let Some(fulfilment) = gone {
        let message = format!(
            "{} is {}: take the goods back instead",
            fulfilment.no(),
            fulfilment.state.as_str()
        );
        return Err(VendorError::conflict("cancel_refused", message).into());
    }
    for fulfilment in &fulfilments {
        fulfilment::cancel(tx, &row, fulfilment)?;
    }
    order::cancel(tx, row.number)?;
    tx.effect("cancellation", number::written(number::ORDER, row.number));
    Ok(ReleasedStock {
        number: Some(number::written(number::ORDER, row.number)),
        order_no: order_no.to_owned(),
        parts: given_back(tx, row.number)?,
    })
}

/// An order as it is shown.
pub(crate) fn view(books: &Connection, row: &Row) -> rusqlite::Result<Order> {
    let fulfilments = fulfilment::of_order(books, row.number)?
        .iter()
        .map(|fulfilment| fulfilment::view(books, fulfilment))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Order {
        number: number::written(number::ORDER, row.number),
        order_no: row.order_no.clone(),
        state: row.state,
        items: order::lines(books, row.number)?,
        fulfilments,
    })
}

/// What locations are asked to ship, and what a till has handed over already.
#[derive(Debug, Default)]
struct Parcels {
    shipped: BTreeMap<String, Vec<wire::Units>>,
    sold: BTreeMap<String, Vec<wire::Units>>,
}

/// Finds a location for every unit: first what was reserved, then what is free, then nobody.
fn source(tx: &Tx<'_>, row: &Row, items: &[Item], reserved: &[Part]) -> Outcome<Parcels> {
    // Loaded after the reservation was given back, so what it held is free to be taken again.
    let mut room = FreeStock::load(tx, items)?;
    let mut parcels = Parcels::default();
    let mut held: BTreeMap<&str, Vec<Part>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.route != Route::Till) {
        let parts = reserved
            .iter()
            .filter(|part| part.item == item.item && part.sku == item.sku);
        held.insert(&item.item, room.take_reserved(item, parts));
    }
    for item in items {
        let units = |qty| wire::Units {
            item: item.item.clone(),
            sku: item.sku.clone(),
            qty,
        };
        if let (Route::Till, Some(node)) = (item.route, &item.node) {
            parcels
                .sold
                .entry(node.clone())
                .or_default()
                .push(units(item.qty));
            continue;
        }
        let mut parts = held.remove(item.item.as_str()).unwrap_or_default();
        let got: u32 = parts.iter().map(|part| part.got).sum();
        parts.extend(room.take(item, item.qty.saturating_sub(got), &[]));
        let mut by_node: BTreeMap<String, u32> = BTreeMap::new();
        for part in parts {
            match part.node {
                Some(node) => *by_node.entry(node).or_default() += part.got,
                None => order::backorder(tx, row.number, &item.item, i64::from(part.asked))?,
            }
        }
        for (node, qty) in by_node {
            order::allocate(
                tx,
                row,
                StockKey::sellable(&item.sku, &node),
                i64::from(qty),
                "allocate",
            )?;
            parcels.shipped.entry(node).or_default().push(units(qty));
        }
    }
    Ok(parcels)
}

/// What the order's reservation holds; it ends with that.
fn take_over(tx: &Tx<'_>, merchant: &str, order_no: &str) -> Outcome<Vec<Part>> {
    match hold::find(tx, merchant, order_no)? {
        Some(row) if row.state == HoldState::Held => {
            hold::end(tx, &row, HoldState::Consumed)?;
            Ok(hold::parts(tx, row.number)?)
        }
        _none_or_ended => Ok(Vec::new()),
    }
}

/// What the fulfilment orders that were cancelled with their order had promised; a line cancellation answers for its own.
fn given_back(books: &Connection, number: i64) -> rusqlite::Result<Vec<Part>> {
    let mut query = books.prepare_cached(
        "SELECT l.item, l.sku, f.location, coalesce(l.picked, l.quantity)
         FROM fulfilment_order f JOIN fulfilment_line l ON l.fulfilment_order = f.number
         WHERE f.customer_order = ?1 AND f.state = 'CANCELLED' AND f.cancelled_by IS NULL
         ORDER BY l.id",
    )?;
    let parts = query.query_map([number], |row| {
        let units: u32 = row.get(3)?;
        Ok(Part {
            item: row.get(0)?,
            sku: row.get(1)?,
            node: row.get(2)?,
            asked: units,
            got: units,
        })
    })?;
    parts.collect()
}
