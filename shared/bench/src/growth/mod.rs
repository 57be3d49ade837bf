//! What history costs: a shop with many settled orders against one with few, in one run.

mod archive;
mod bytes;
mod compare;
mod fill;
mod kept;
mod past;
mod questions;
mod sample;
mod table;

use crate::engine::Setup;
use crate::process;
use crate::shop::Shop;
use compare::Side;
use kept::once;
use questions::QUESTIONS;
use sample::Sample;
use std::path::Path;
use std::sync::Arc;
use table::Table;

/// The orders of the shop that the grown one is held against.
const FEW: u64 = 200;
/// How often the binary is started over each folder; the fastest start counts.
const STARTS: u32 = 3;

/// Fills two folders below that one, archives what is old, and prints what the larger costs more; whether every bar held.
///
/// What an earlier run over the same folder has filled and archived is taken as it is.
pub(crate) async fn measure(setup: &Setup, folder: &Path, orders: u64) -> Result<bool, String> {
    if orders <= FEW {
        return Err(format!("--orders {orders}: name more than {FEW}"));
    }
    let folders = [folder.join("small"), folder.join("grown")];
    let small = filled(setup, &folders[0], FEW).await?;
    let grown = filled(setup, &folders[1], orders).await?;
    let mut table = Table::begin(orders);
    let [few, many] = [&folders[0], &folders[1]].map(|folder| archive::take(setup, folder));
    let (few, many) = (few.await?, many.await?);
    table.bytes(
        many.live.each(few.live, orders - FEW),
        many.archived.each(few.archived, orders - FEW),
    );
    let mut starts = Vec::new();
    for folder in &folders {
        let mut best = process::start(setup, folder).await?;
        for _again in 1..STARTS {
            let start = process::start(setup, folder).await?;
            best.ready = best.ready.min(start.ready);
            best.idle_kb = best.idle_kb.min(start.idle_kb);
        }
        starts.push(best);
    }
    if let [small, grown] = starts.as_slice() {
        table.start(small, grown);
    }
    let sides = [
        side(setup, &folders[0], small).await?,
        side(setup, &folders[1], grown).await?,
    ];
    for question in QUESTIONS {
        let (first, then) = compare::ask(setup, &sides, question).await?;
        table.read(&first, &then);
    }
    table.write(&compare::buy(setup, &sides).await?);
    for side in sides {
        if let Some(shop) = Arc::into_inner(side.shop) {
            shop.gateway.stop().await;
        }
    }
    Ok(table.held())
}

async fn filled(setup: &Setup, folder: &Path, orders: u64) -> Result<Vec<Sample>, String> {
    let file = folder.join(format!("filled-{orders}.json"));
    if folder.exists() && !file.exists() {
        let folder = folder.display();
        return Err(format!(
            "{folder} is there and not filled with {orders} orders: another run was cut off, or had another number; remove it"
        ));
    }
    once(&file, Box::pin(fill::fill(setup, folder, orders))).await
}

async fn side(setup: &Setup, folder: &Path, samples: Vec<Sample>) -> Result<Side, String> {
    Ok(Side {
        shop: Arc::new(Shop::open(setup, folder, &[]).await?),
        samples: Arc::new(samples),
    })
}
