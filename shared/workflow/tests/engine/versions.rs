//! An instance stays with the definition it started under.

use crate::flows::{Authorise, Order, Place, Reserve, Script, Shipped};
use crate::shop::{Shop, now};
use crossdock_runtime::ManualClock;
use crossdock_store::SqliteStore;
use crossdock_workflow::{Engine, ParkClass, Workflow, workflow};
use std::sync::Arc;
use std::time::Duration;

fn start(shop: &Shop, workflow: Workflow) -> Engine {
    let store = Arc::<SqliteStore>::clone(&shop.store);
    let clock = Arc::<ManualClock>::clone(&shop.clock);
    let engine = Engine::builder(store, clock, Arc::clone(&shop.ids)).register(workflow);
    now(engine.start()).unwrap()
}

/// The next release: nothing is authorised any more.
fn shorter(script: &Arc<Script>, keeps_the_old_step: bool) -> Workflow {
    let chain = workflow::<Order>("follow-order")
        .step(Reserve(Arc::clone(script)))
        .wait(Shipped);
    let chain = chain.timer("cooling-off", |_| Duration::from_mins(1));
    if keeps_the_old_step {
        return chain
            .retired_reversible(Authorise(Arc::clone(script)))
            .build()
            .unwrap();
    }
    chain.build().unwrap()
}

#[tokio::test]
async fn a_retired_step_still_serves_those_who_started_with_it() {
    let mut shop = Shop::open();
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    shop.until_node(id, "shipped", "waiting").await;
    let pinned = shop.view(id).summary.definition;
    shop.engine = start(&shop, shorter(&shop.script, true));
    shop.signal("A-1", "p1").await.unwrap();
    shop.until_node(id, "cooling-off", "waiting").await;
    shop.clock.advance(Duration::from_secs(61));
    shop.ended(id).await;
    assert_eq!(shop.node(id, "authorise").state, "done");
    assert_eq!(shop.view(id).summary.definition, pinned);
}

#[tokio::test]
async fn a_step_that_is_gone_parks_and_goes_on_with_a_build_that_has_it() {
    let mut shop = Shop::open();
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    shop.until_node(id, "shipped", "waiting").await;
    shop.engine = start(&shop, shorter(&shop.script, false));
    shop.signal("A-1", "p1").await.unwrap();
    shop.until_node(id, "cooling-off", "waiting").await;
    shop.clock.advance(Duration::from_secs(61));
    shop.until_node(id, "authorise", "parked").await;
    let parked = shop.node(id, "authorise").parked.unwrap();
    assert_eq!(parked.class, ParkClass::Misconfigured);
    assert!(parked.why.contains("authorise@1"));
    let shop = shop.restart();
    shop.ended(id).await;
    assert_eq!(shop.node(id, "authorise").state, "done");
}

#[test]
fn the_hash_covers_names_and_deadlines_but_not_code() {
    let script = Arc::new(Script::default());
    let one = shorter(&script, false);
    assert_eq!(one.hash(), shorter(&Arc::default(), true).hash());
    let longer = workflow::<Order>("follow-order")
        .pivot(Place)
        .build()
        .unwrap();
    assert_ne!(one.hash(), longer.hash());
    let twice = workflow::<Order>("twice")
        .pivot(Place)
        .wait(Shipped)
        .wait(Shipped)
        .build();
    assert!(twice.unwrap_err().to_string().contains(".named("));
}
