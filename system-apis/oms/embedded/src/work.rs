//! What people at a location do with a fulfilment order; each step is repeatable by its state.

use crate::codes::FulfilmentState;
use crate::fulfilment::{self, FulfilmentOrder, Shortage, advance, announce};
use crate::order;
use crate::resourcing;
use crate::stock::{self, Change, Counters, MoveReason, StockKey, change};
use crate::wire::{Fulfilment, FulfilmentItem, PickRequest, PickedItem, ShipRequest, Units};
use crossdock_books::{Outcome, Tx, VendorError};
use std::collections::BTreeSet;

/// A step of the work on one fulfilment order.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Accept,
    Reject { reason: String },
    Pick(PickRequest),
    Pack,
    Authorise,
    Ship(ShipRequest),
}

/// Does the step, or shows the fulfilment order when it was done before.
pub(crate) fn take(tx: &Tx<'_>, merchant: &str, no: &str, step: &Step) -> Outcome<Fulfilment> {
    let mut fulfilment = fulfilment::find(tx, merchant, no)?;
    let order = order::by_number(tx, fulfilment.order)?;
    if !is_done(&fulfilment, step) {
        check_allowed(&fulfilment, step)?;
        match step {
            Step::Accept => plain(
                tx,
                &order,
                &mut fulfilment,
                FulfilmentState::Accepted,
                "fulfilment.accepted",
            )?,
            Step::Pack => plain(
                tx,
                &order,
                &mut fulfilment,
                FulfilmentState::Packed,
                "fulfilment.packed",
            )?,
            Step::Reject { reason } => reject(tx, &order, &mut fulfilment, reason)?,
            Step::Pick(picked) => pick(tx, &order, &mut fulfilment, &picked.items)?,
            Step::Authorise => {
                fulfilment.authorised = true;
                let state = fulfilment.state;
                advance(tx, &mut fulfilment, state)?;
            }
            Step::Ship(parcel) => ship(tx, &order, &mut fulfilment, parcel)?,
        }
    }
    tx.effect("fulfilment", fulfilment.no());
    Ok(fulfilment::view(tx, &fulfilment)?)
}

/// Whether an earlier delivery of the step has had its effect.
fn is_done(fulfilment: &FulfilmentOrder, step: &Step) -> bool {
    use FulfilmentState::{Accepted, Incomplete, Packed, Picked, Rejected, Shipped};
    match step {
        Step::Accept => matches!(
            fulfilment.state,
            Accepted | Picked | Packed | Shipped | Incomplete
        ),
        Step::Reject { .. } => fulfilment.state == Rejected,
        Step::Pick(_) => matches!(fulfilment.state, Picked | Packed | Shipped | Incomplete),
        Step::Pack => matches!(fulfilment.state, Packed | Shipped),
        Step::Authorise => fulfilment.authorised && matches!(fulfilment.state, Packed | Shipped),
        Step::Ship(_) => fulfilment.state == Shipped,
    }
}

/// Each step has the one state that it can be taken from.
fn check_allowed(fulfilment: &FulfilmentOrder, step: &Step) -> Result<(), VendorError> {
    let (allowed, needs) = match step {
        Step::Accept => (fulfilment.state == FulfilmentState::Open, "open"),
        Step::Reject { .. } => (
            matches!(
                fulfilment.state,
                FulfilmentState::Open | FulfilmentState::Accepted
            ),
            "open or accepted",
        ),
        Step::Pick(_) => (fulfilment.state == FulfilmentState::Accepted, "accepted"),
        Step::Pack => (fulfilment.state == FulfilmentState::Picked, "picked"),
        Step::Authorise | Step::Ship(_) => (fulfilment.state == FulfilmentState::Packed, "packed"),
    };
    if !allowed {
        let message = format!(
            "{} is {}: it must be {needs}",
            fulfilment.no(),
            fulfilment.state.as_str()
        );
        return Err(VendorError::conflict("wrong_state", message));
    }
    if matches!(step, Step::Ship(_)) && !fulfilment.authorised {
        let message = format!(
            "{} is not authorised to ship: authorise it first",
            fulfilment.no()
        );
        return Err(VendorError::conflict("not_authorised", message));
    }
    Ok(())
}

fn plain(
    tx: &Tx<'_>,
    order: &order::Row,
    fulfilment: &mut FulfilmentOrder,
    state: FulfilmentState,
    kind: &str,
) -> Outcome<()> {
    advance(tx, fulfilment, state)?;
    announce(tx, order, fulfilment, kind, Shortage::default())
}

/// The location will not: its units go to another one, or wait for stock.
fn reject(
    tx: &Tx<'_>,
    order: &order::Row,
    fulfilment: &mut FulfilmentOrder,
    reason: &str,
) -> Outcome<()> {
    let missing: Vec<Units> = fulfilment::items(tx, fulfilment.number)?
        .iter()
        .map(|item| units(item, item.qty))
        .collect();
    for units in &missing {
        let at = StockKey::sellable(&units.sku, &fulfilment.node);
        order::allocate(tx, order, at, -i64::from(units.qty), "reject")?;
    }
    fulfilment.reason = Some(reason.to_owned());
    advance(tx, fulfilment, FulfilmentState::Rejected)?;
    let plan = resourcing::plan(tx, order, fulfilment, &missing)?;
    let gap = Shortage {
        missing,
        backordered: plan.backordered.clone(),
    };
    announce(tx, order, fulfilment, "fulfilment.rejected", gap)?;
    resourcing::carry_out(tx, order, fulfilment.attempt + 1, plan)
}

/// What is missing goes to another location or waits for stock, and what is left there is not sold any more.
fn pick(
    tx: &Tx<'_>,
    order: &order::Row,
    fulfilment: &mut FulfilmentOrder,
    picked: &[PickedItem],
) -> Outcome<()> {
    let items = fulfilment::items(tx, fulfilment.number)?;
    let found = counted(&items, picked)?;
    let mut missing = Vec::new();
    for (item, picked) in items.iter().zip(&found) {
        fulfilment::found(tx, fulfilment, &item.item, *picked)?;
        let gap = item.qty.saturating_sub(*picked);
        if gap > 0 {
            block(tx, order, fulfilment, &item.sku, gap)?;
            missing.push(units(item, gap));
        }
    }
    let nothing = found.iter().all(|picked| *picked == 0);
    if !missing.is_empty() {
        fulfilment.reason = Some("short pick".to_owned());
        tx.prepare_cached("UPDATE fulfilment_order SET short = 1 WHERE number = ?1")?
            .execute([fulfilment.number])?;
        let state = if nothing {
            FulfilmentState::Incomplete
        } else {
            fulfilment.state
        };
        advance(tx, fulfilment, state)?;
        let plan = resourcing::plan(tx, order, fulfilment, &missing)?;
        let gap = Shortage {
            missing,
            backordered: plan.backordered.clone(),
        };
        announce(tx, order, fulfilment, "fulfilment.short_picked", gap)?;
        resourcing::carry_out(tx, order, fulfilment.attempt + 1, plan)?;
    }
    if nothing {
        return Ok(());
    }
    plain(
        tx,
        order,
        fulfilment,
        FulfilmentState::Picked,
        "fulfilment.picked",
    )
}

/// How many of each item were found; one that is not named was found whole.
fn counted(items: &[FulfilmentItem], picked: &[PickedItem]) -> Result<Vec<u32>, VendorError> {
    let known: BTreeSet<&str> = items.iter().map(|item| &*item.item).collect();
    if let Some(unknown) = picked.iter().find(|picked| !known.contains(&*picked.item)) {
        let message = format!("there is no item {} in it", unknown.item);
        return Err(VendorError::unprocessable("invalid_items", message));
    }
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        let named = picked.iter().find(|picked| picked.item == item.item);
        let picked = named.map_or(item.qty, |named| named.picked);
        if picked > item.qty {
            let message = format!("item {}: {picked} picked of {}", item.item, item.qty);
            return Err(VendorError::unprocessable("invalid_items", message));
        }
        found.push(picked);
    }
    Ok(found)
}

/// Units that should be there and are not are not promised any more.
///
/// The books are wrong about the shelf, and nobody knows by how much: what is promised to nobody else is
/// not sold until somebody has counted it.
fn block(
    tx: &Tx<'_>,
    order: &order::Row,
    fulfilment: &FulfilmentOrder,
    sku: &str,
    gap: u32,
) -> Outcome<()> {
    let why = MoveReason {
        cause: "short-pick",
        merchant: &order.merchant,
        reference: &order.order_no,
    };
    let sellable = StockKey::sellable(sku, &fulfilment.node);
    order::allocate(tx, order, sellable, -i64::from(gap), why.cause)?;
    let free = stock::by_key(tx, sellable)?.map_or(0, Counters::free);
    if free == 0 {
        return Ok(());
    }
    let gone = Change {
        on_hand: -free,
        ..Change::default()
    };
    change(tx, sellable, gone, why)?;
    let kept = Change {
        on_hand: free,
        ..Change::default()
    };
    change(tx, StockKey::blocked(sku, &fulfilment.node), kept, why)
}

fn ship(
    tx: &Tx<'_>,
    order: &order::Row,
    fulfilment: &mut FulfilmentOrder,
    parcel: &ShipRequest,
) -> Outcome<()> {
    for item in fulfilment::items(tx, fulfilment.number)? {
        let gone = item.picked.unwrap_or(item.qty);
        if gone == 0 {
            continue;
        }
        let by = Change {
            on_hand: -i64::from(gone),
            allocated: -i64::from(gone),
            reserved: 0,
        };
        let why = MoveReason {
            cause: "ship",
            merchant: &order.merchant,
            reference: &order.order_no,
        };
        change(tx, StockKey::sellable(&item.sku, &fulfilment.node), by, why)?;
        fulfilment::shipped(tx, order.number, &item.item, gone)?;
    }
    fulfilment::ship_row(tx, fulfilment, &parcel.carrier, &parcel.tracking)?;
    order::settle(tx, order.number)?;
    plain(
        tx,
        order,
        fulfilment,
        FulfilmentState::Shipped,
        "fulfilment.shipped",
    )
}

fn units(item: &FulfilmentItem, qty: u32) -> Units {
    Units {
        item: item.item.clone(),
        sku: item.sku.clone(),
        qty,
    }
}
