//! Which appends an order costs: each batch of both stores by what it says, and the jobs of each book.

mod label;

use crate::engine::Setup;
use crate::load::closed_loop;
use crate::report::{print_line, thousandths};
use crate::shop::{Shop, order};
use crossdock_store::{Batch, SqliteStore};
use label::Labels;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::Receiver;

/// What comes less often than this for a hundred orders is summed up in one line.
const SELDOM: u64 = 2;

/// Orders of one caller, then of sixteen: how many events share a cursor depends on it. Prints a table for each.
pub(crate) async fn measure(setup: &Setup, folder: &Path) -> Result<(), String> {
    for clients in [1, 16] {
        let folder = folder.join(format!("appends-{clients}"));
        of(setup, &folder, clients).await?;
    }
    Ok(())
}

async fn of(setup: &Setup, folder: &Path, clients: usize) -> Result<(), String> {
    let shop = Shop::open(setup, folder, &[]).await?;
    let (process, system) = (shop.gateway.process_store(), shop.gateway.system_store());
    let recordings = [
        Recording::begin("process.db", process)?,
        Recording::begin("system.db", system)?,
    ];
    let books_before = jobs_of_books(&shop);
    let customer = shop.customer.clone();
    let call = move |n| {
        let (customer, reference) = (customer.clone(), format!("appends-{n}"));
        async move { order(&customer, &reference).await.is_some() }
    };
    closed_loop(&setup.clock, clients, setup.duration, call).await;
    let settled = shop.settle(&setup.clock).await;
    if settled == 0 {
        return Err("no order settled".to_owned());
    }
    print_line(&format!(
        "\nappends of a settled order, {settled} orders of {clients} clients"
    ));
    for recording in &recordings {
        recording.print(settled).await?;
    }
    let books = jobs_of_books(&shop).into_iter().map(|(book, jobs)| {
        let before = books_before.get(&book).copied().unwrap_or(0);
        (book, jobs - before)
    });
    print("books", books.collect(), settled);
    shop.gateway.stop().await;
    Ok(())
}

/// One store, and what is written into it.
struct Recording {
    name: &'static str,
    store: SqliteStore,
    batches: Receiver<Batch>,
    /// All jobs of the writer before it began, batches or not.
    jobs_before: u64,
}

impl Recording {
    fn begin(name: &'static str, store: Option<&SqliteStore>) -> Result<Self, String> {
        let store = store.ok_or_else(|| format!("{name} is not here"))?;
        let batches = store.recording();
        let batches = batches.ok_or_else(|| format!("{name} is recorded already"))?;
        Ok(Self {
            name,
            store: store.clone(),
            batches,
            jobs_before: store.stats().jobs,
        })
    }

    async fn print(&self, settled: u64) -> Result<(), String> {
        let jobs = self.store.stats().jobs - self.jobs_before;
        let mut labels = Labels::new(&self.store);
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut batches = 0;
        for batch in self.batches.try_iter() {
            *counts.entry(labels.of(&batch).await?).or_default() += 1;
            batches += 1;
        }
        let others = jobs.saturating_sub(batches);
        counts.insert("jobs of the writer that are no batches".to_owned(), others);
        print(self.name, counts, settled);
        Ok(())
    }
}

fn jobs_of_books(shop: &Shop) -> BTreeMap<String, u64> {
    let backends = shop.gateway.backends().iter();
    backends
        .map(|backend| {
            let name = format!("{}/{}", backend.domain, backend.connector);
            (name, backend.book.writer().stats().jobs)
        })
        .collect()
}

/// The most frequent first, each for one settled order.
fn print(what: &str, counts: BTreeMap<String, u64>, settled: u64) {
    let each = |count: u64| thousandths(count * 1_000 / settled);
    print_line(&format!("{:>8}  {what}", each(counts.values().sum())));
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_what, count)| std::cmp::Reverse(*count));
    let (often, seldom): (Vec<_>, Vec<_>) = counts
        .into_iter()
        .partition(|(_what, count)| count * 100 >= settled * SELDOM);
    for (what, count) in often {
        print_line(&format!("{:>8}    {what}", each(count)));
    }
    let seldom: u64 = seldom.into_iter().map(|(_what, count)| count).sum();
    print_line(&format!("{:>8}    what comes seldom", each(seldom)));
}
