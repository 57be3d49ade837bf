//! What people at a location do with a fulfilment order; each step is repeatable by its state.

use crate::fulfilment::{self, Gap, Job, advance, announce};
use crate::order;
use crate::resource;
use crate::stock::{At, Change, MISSING, Why, change};
use crate::wire::{Fulfilment, JobItem, PickJob, PickedItem, ShipJob, Units};
use crate::word::JobState;
use crossdock_books::{Outcome, Tx, VendorError};
use std::collections::BTreeSet;

/// A step of the work on one fulfilment order.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Accept,
    Reject { reason: String },
    Pick(PickJob),
    Pack,
    Authorise,
    Ship(ShipJob),
}

/// Does the step, or shows the fulfilment order when it was done before.
pub(crate) fn take(tx: &Tx<'_>, merchant: &str, no: &str, step: &Step) -> Outcome<Fulfilment> {
    let mut job = fulfilment::find(tx, merchant, no)?;
    let order = order::by_number(tx, job.order)?;
    if !is_done(&job, step) {
        check_allowed(&job, step)?;
        match step {
            Step::Accept => plain(
                tx,
                &order,
                &mut job,
                JobState::Accepted,
                "fulfilment.accepted",
            )?,
            Step::Pack => plain(tx, &order, &mut job, JobState::Packed, "fulfilment.packed")?,
            Step::Reject { reason } => reject(tx, &order, &mut job, reason)?,
            Step::Pick(picked) => pick(tx, &order, &mut job, &picked.items)?,
            Step::Authorise => {
                job.authorised = true;
                let state = job.state;
                advance(tx, &mut job, state)?;
            }
            Step::Ship(parcel) => ship(tx, &order, &mut job, parcel)?,
        }
    }
    tx.effect("fulfilment", job.no());
    Ok(fulfilment::view(tx, &job)?)
}

/// Whether an earlier delivery of the step has had its effect.
fn is_done(job: &Job, step: &Step) -> bool {
    use JobState::{Accepted, Incomplete, Packed, Picked, Rejected, Shipped};
    match step {
        Step::Accept => matches!(job.state, Accepted | Picked | Packed | Shipped | Incomplete),
        Step::Reject { .. } => job.state == Rejected,
        Step::Pick(_) => matches!(job.state, Picked | Packed | Shipped | Incomplete),
        Step::Pack => matches!(job.state, Packed | Shipped),
        Step::Authorise => job.authorised && matches!(job.state, Packed | Shipped),
        Step::Ship(_) => job.state == Shipped,
    }
}

/// Each step has the one state that it can be taken from.
fn check_allowed(job: &Job, step: &Step) -> Result<(), VendorError> {
    let (allowed, needs) = match step {
        Step::Accept => (job.state == JobState::Open, "open"),
        Step::Reject { .. } => (
            matches!(job.state, JobState::Open | JobState::Accepted),
            "open or accepted",
        ),
        Step::Pick(_) => (job.state == JobState::Accepted, "accepted"),
        Step::Pack => (job.state == JobState::Picked, "picked"),
        Step::Authorise | Step::Ship(_) => (job.state == JobState::Packed, "packed"),
    };
    if !allowed {
        let message = format!("{} is {}: it must be {needs}", job.no(), job.state.as_str());
        return Err(VendorError::conflict("wrong_state", message));
    }
    if matches!(step, Step::Ship(_)) && !job.authorised {
        let message = format!("{} is not authorised to ship: authorise it first", job.no());
        return Err(VendorError::conflict("not_authorised", message));
    }
    Ok(())
}

fn plain(
    tx: &Tx<'_>,
    order: &order::Row,
    job: &mut Job,
    state: JobState,
    kind: &str,
) -> Outcome<()> {
    advance(tx, job, state)?;
    announce(tx, order, job, kind, Gap::default())
}

/// The location will not: its units go to another one, or wait for stock.
fn reject(tx: &Tx<'_>, order: &order::Row, job: &mut Job, reason: &str) -> Outcome<()> {
    let missing: Vec<Units> = fulfilment::items(tx, job.number)?
        .iter()
        .map(|item| units(item, item.qty))
        .collect();
    for lost in &missing {
        let at = At::sellable(&lost.sku, &job.node);
        order::allocate(tx, order, at, -i64::from(lost.qty), "reject")?;
    }
    job.reason = Some(reason.to_owned());
    advance(tx, job, JobState::Rejected)?;
    let plan = resource::plan(tx, order, job, &missing)?;
    let gap = Gap {
        missing,
        backordered: plan.backordered.clone(),
    };
    announce(tx, order, job, "fulfilment.rejected", gap)?;
    resource::carry_out(tx, order, job, plan)
}

/// What is missing leaves the saleable stock there, and goes to another location or waits for stock.
fn pick(tx: &Tx<'_>, order: &order::Row, job: &mut Job, told: &[PickedItem]) -> Outcome<()> {
    let items = fulfilment::items(tx, job.number)?;
    let found = counted(&items, told)?;
    let mut missing = Vec::new();
    for (item, picked) in items.iter().zip(&found) {
        fulfilment::found(tx, job, &item.item, *picked)?;
        let gap = item.qty.saturating_sub(*picked);
        if gap > 0 {
            lose(tx, order, job, &item.sku, gap)?;
            missing.push(units(item, gap));
        }
    }
    let nothing = found.iter().all(|picked| *picked == 0);
    if !missing.is_empty() {
        job.reason = Some("short pick".to_owned());
        tx.prepare_cached("UPDATE fulfilment_order SET short = 1 WHERE number = ?1")?
            .execute([job.number])?;
        let state = if nothing {
            JobState::Incomplete
        } else {
            job.state
        };
        advance(tx, job, state)?;
        let plan = resource::plan(tx, order, job, &missing)?;
        let gap = Gap {
            missing,
            backordered: plan.backordered.clone(),
        };
        announce(tx, order, job, "fulfilment.short_picked", gap)?;
        resource::carry_out(tx, order, job, plan)?;
    }
    if nothing {
        return Ok(());
    }
    plain(tx, order, job, JobState::Picked, "fulfilment.picked")
}

/// How many of each item were found; one that nobody spoke of was found whole.
fn counted(items: &[JobItem], told: &[PickedItem]) -> Result<Vec<u32>, VendorError> {
    let known: BTreeSet<&str> = items.iter().map(|item| &*item.item).collect();
    if let Some(stranger) = told.iter().find(|told| !known.contains(&*told.item)) {
        let message = format!("there is no item {} in it", stranger.item);
        return Err(VendorError::unprocessable("invalid_items", message));
    }
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        let told = told.iter().find(|told| told.item == item.item);
        let picked = told.map_or(item.qty, |told| told.picked);
        if picked > item.qty {
            let message = format!("item {}: {picked} picked of {}", item.item, item.qty);
            return Err(VendorError::unprocessable("invalid_items", message));
        }
        found.push(picked);
    }
    Ok(found)
}

/// Units that should be there and are not.
fn lose(tx: &Tx<'_>, order: &order::Row, job: &Job, sku: &str, gap: u32) -> Outcome<()> {
    let why = Why {
        cause: "short-pick",
        merchant: &order.merchant,
        reference: &order.order_no,
    };
    let gap = i64::from(gap);
    let gone = Change {
        on_hand: -gap,
        allocated: -gap,
        reserved: 0,
    };
    change(tx, At::sellable(sku, &job.node), gone, why)?;
    let missing = At {
        condition: MISSING,
        ..At::sellable(sku, &job.node)
    };
    let noted = Change {
        on_hand: gap,
        ..Change::default()
    };
    change(tx, missing, noted, why)
}

fn ship(tx: &Tx<'_>, order: &order::Row, job: &mut Job, parcel: &ShipJob) -> Outcome<()> {
    for item in fulfilment::items(tx, job.number)? {
        let gone = item.picked.unwrap_or(item.qty);
        if gone == 0 {
            continue;
        }
        let by = Change {
            on_hand: -i64::from(gone),
            allocated: -i64::from(gone),
            reserved: 0,
        };
        let why = Why {
            cause: "ship",
            merchant: &order.merchant,
            reference: &order.order_no,
        };
        change(tx, At::sellable(&item.sku, &job.node), by, why)?;
        fulfilment::shipped(tx, order.number, &item.item, gone)?;
    }
    fulfilment::ship_row(tx, job, &parcel.carrier, &parcel.tracking)?;
    order::settle(tx, order.number)?;
    plain(tx, order, job, JobState::Shipped, "fulfilment.shipped")
}

fn units(item: &JobItem, qty: u32) -> Units {
    Units {
        item: item.item.clone(),
        sku: item.sku.clone(),
        qty,
    }
}
