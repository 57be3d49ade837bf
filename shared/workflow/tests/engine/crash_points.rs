//! Every crash point that a definition names is reached, and no other.

use crate::flows::place_order;
use crate::shop::Shop;
use crossdock_model::Fault;
use crossdock_store::Store;
use crossdock_workflow::{Boundary, CrashHook, Engine};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Seen(Mutex<BTreeSet<String>>);

impl CrashHook for Seen {
    fn reached(&self, workflow: &str, node: &str, boundary: Boundary) {
        let point = format!("{workflow}/{node}/{}", boundary.as_str());
        self.0.lock().unwrap().insert(point);
    }
}

#[tokio::test]
async fn a_full_run_and_a_full_undo_reach_every_crash_point() {
    let mut shop = Shop::open();
    let seen = Arc::new(Seen::default());
    let hook: Arc<dyn CrashHook> = Arc::<Seen>::clone(&seen);
    let store: Arc<dyn Store> = Arc::<crossdock_store::SqliteStore>::clone(&shop.store);
    let clock = Arc::<crossdock_runtime::ManualClock>::clone(&shop.clock);
    let workflow = place_order(&shop.script);
    let named: BTreeSet<String> = workflow.crash_points().into_iter().collect();
    shop.engine = Engine::builder(store, clock, Arc::clone(&shop.ids))
        .register(workflow)
        .crash_hook(hook)
        .start()
        .await
        .unwrap();
    shop.template.express = true;
    shop.script
        .fails("erp", Fault::refused("period_closed", "June"));
    let done = shop.place("A-1").await;
    shop.ended(done).await;
    // The second order turns round at its pivot.
    shop.template.sold_out = true;
    let undone = shop.place("A-2").await;
    shop.ended(undone).await;
    let reached = seen.0.lock().unwrap().clone();
    let missed: Vec<_> = named.difference(&reached).collect();
    let unnamed: Vec<_> = reached.difference(&named).collect();
    assert_eq!((missed, unnamed), (Vec::new(), Vec::new()));
}
