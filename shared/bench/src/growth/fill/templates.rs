//! The orders that are copied, with everything that they wrote.

use crate::engine::Setup;
use crate::growth::fill::books::Book;
use crate::growth::fill::buyers::Buyers;
use crate::growth::fill::nth::Nth;
use crate::growth::fill::place::place_all;
use crate::growth::fill::plan::Placed;
use crate::growth::fill::readers::pass_all;
use crate::growth::fill::scan::Scan;
use crate::growth::fill::template::{Written, of_orders};
use crate::growth::fill::{contents, copy};
use crate::growth::past::DAY;
use crate::shop::Shop;
use crossdock_runtime::spawn;
use crossdock_store::{Batch, SqliteOptions, SqliteStore, WriterOptions};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// Template orders, placed and settled.
#[derive(Debug)]
pub(crate) struct Templates {
    pub(crate) placed: Vec<Placed>,
    /// What they wrote into the stores of the process tier and of the system tier.
    written: [Arc<Vec<Written>>; 2],
    books: Vec<Arc<Book>>,
    /// How many seconds they took.
    seconds: i64,
    buyers: Arc<Buyers>,
}

const ENDED_EARLY: &str = "a part of the copying ended early";

impl Templates {
    /// Places and settles so many orders in a new folder.
    pub(crate) async fn place(setup: &Setup, folder: &Path, orders: u64) -> Result<Self, String> {
        let began = setup.clock.now();
        let shop = Shop::open(setup, folder, &[]).await?;
        let (process, system) = (shop.gateway.process_store(), shop.gateway.system_store());
        let process = process.cloned().ok_or("no process tier is here")?;
        let system = system.cloned().ok_or("no system tier is here")?;
        let recordings = [recording(&process)?, recording(&system)?];
        let before = contents::of_all(&shop).await?;
        let placed = place_all(&shop, 0..orders).await?;
        let settled = shop.settle(&setup.clock).await;
        if settled != orders {
            return Err(format!("{settled} of {orders} orders to be copied settled"));
        }
        let after = contents::of_all(&shop).await?;
        shop.gateway.stop().await;
        let took = setup.clock.now().duration_since(began);
        let buyers = Arc::new(Buyers::of(folder)?);
        let scan = Scan::new(began.as_millisecond(), &buyers, orders);
        let ids: HashSet<_> = placed.iter().map(|(_number, id)| *id).collect();
        let [of_process, of_system] = recordings.map(|recording| recording.try_iter().collect());
        let tenant = buyers.tenant();
        let books = before.iter().zip(&after);
        Ok(Self {
            written: [
                Arc::new(of_orders(of_process, &ids, tenant, (&process, &scan))?),
                Arc::new(of_orders(of_system, &ids, tenant, (&system, &scan))?),
            ],
            books: books
                .map(|(before, after)| Book::of(before, after, &scan).map(Arc::new))
                .collect::<Result<_, _>>()?,
            placed,
            seconds: took.as_secs() + 1,
            buyers,
        })
    }

    /// So many copies of all of them, each later than the one before; all on the day of the template orders.
    pub(crate) fn copies(&self, copies: u32) -> Result<Vec<Nth>, String> {
        let day = i64::try_from(DAY.as_secs()).map_err(|error| error.to_string())?;
        if self.seconds * (i64::from(copies) + 2) > day {
            let seconds = self.seconds;
            return Err(format!(
                "{copies} copies of {seconds} seconds are more than a day"
            ));
        }
        let largest = self
            .books
            .iter()
            .map(|book| book.largest())
            .max()
            .unwrap_or(0);
        let nth = |n| Nth {
            n,
            stride: largest + 1,
            seconds: self.seconds,
            buyers: Arc::clone(&self.buyers),
        };
        Ok((1..=copies).map(nth).collect())
    }

    /// Writes those copies into the stores and books of that folder, which nobody has open.
    pub(crate) async fn copy(&self, folder: &Path, copies: &[Nth]) -> Result<(), String> {
        let copies: Arc<[Nth]> = copies.into();
        let [process, system] = open(folder)?;
        let stores = [&process, &system].into_iter().zip(&self.written);
        let stores: Vec<_> = stores
            .map(|(store, written)| {
                let (store, written) = (store.clone(), Arc::clone(written));
                let copies = Arc::clone(&copies);
                spawn(async move { copy::copy(&store, &written, &copies).await })
            })
            .collect();
        let books: Vec<_> = self
            .books
            .iter()
            .map(|book| {
                let (book, folder) = (Arc::clone(book), folder.to_owned());
                let copies = Arc::clone(&copies);
                spawn(async move { book.copy(&folder, &copies).await })
            })
            .collect();
        let mut ends = Vec::new();
        for store in stores {
            ends.push(store.await.ok_or(ENDED_EARLY)??);
        }
        for book in books {
            book.await.ok_or(ENDED_EARLY)??;
        }
        pass_all(&process, &ends).await?;
        for store in [process, system] {
            store.close().map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

fn open(folder: &Path) -> Result<[SqliteStore; 2], String> {
    let options = SqliteOptions {
        writer: bulk(),
        ..SqliteOptions::default()
    };
    let open = |name: &str| {
        let store = SqliteStore::open(&folder.join(name), options);
        store.map_err(|error| format!("{name}: {error}"))
    };
    Ok([open("process.db")?, open("system.db")?])
}

/// Large commits and rare checkpoints: nobody waits for an answer, and a disk's time goes by syncs and by pages
/// that are copied again and again.
fn bulk() -> WriterOptions {
    WriterOptions {
        max_jobs: 8_192,
        max_bytes: 16 << 20,
        checkpoint_every: Duration::from_secs(10),
        checkpoint_pages: 65_536,
        ..WriterOptions::default()
    }
}

fn recording(store: &SqliteStore) -> Result<Receiver<Batch>, String> {
    let recording = store.recording();
    recording.ok_or_else(|| "somebody else records already".to_owned())
}
