//! A process that dies at every start: only the step that takes it down suffers for it.

use crate::flows::{Order, Reply};
use crate::shop::{Shop, act, busy};
use crossdock_model::{Fault, InstanceId};
use crossdock_store::Status;
use crossdock_workflow::ParkClass;
use std::time::Duration;

impl Shop {
    /// The next attempts of that step never come back.
    fn hangs(&self, step: &'static str, times: usize) {
        for _ in 0..times {
            self.script.then(step, Reply::Hang);
        }
    }

    async fn until_called(&self, step: &str, times: usize) {
        self.until(&format!("{step} called {times} times"), |shop| {
            shop.script.of(step).len() == times
        })
        .await;
    }

    /// So many runs of the process, each of which ends while these steps are in flight, and the beginning of the next.
    async fn dies_during(mut self, steps: &[&str], runs: usize) -> Self {
        for run in 1..=runs {
            for step in steps {
                self.until_called(step, run).await;
            }
            self = self.restart();
        }
        self
    }

    /// Everything that could move has moved.
    async fn settle(&self) {
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
    }

    /// An order that holds points; others do not come to that step.
    async fn place_express(&mut self, key: &str) -> InstanceId {
        self.template.express = true;
        let id = self.place(key).await;
        self.template = Order::default();
        id
    }

    /// What the journal says of the attempts of a node.
    fn attempts(&self, id: InstanceId, node: &str) -> Vec<String> {
        let rows = self.view(id).journal.into_iter();
        let of = rows.filter(|row| row.node.as_deref() == Some(node) && row.what == "attempted");
        of.map(|row| row.detail).collect()
    }

    /// How many attempts of a node ran isolated.
    fn isolated(&self, id: InstanceId, node: &str) -> usize {
        let details = self.attempts(id, node);
        let isolated = |detail: &&String| detail.ends_with("nothing else under way");
        details.iter().filter(isolated).count()
    }

    async fn completes(&self, id: InstanceId) {
        self.ended(id).await;
        assert_eq!(self.view(id).summary.status, Status::Completed);
    }
}

#[tokio::test]
async fn after_two_deaths_an_attempt_runs_isolated_and_the_next_death_parks_it_and_nobody_else() {
    let mut shop = Shop::open();
    shop.hangs("hold", 3);
    shop.hangs("authorise", 2);
    let guilty = shop.place_express("A-1").await;
    let healthy = shop.place("A-2").await;
    let shop = shop.dies_during(&["hold", "authorise"], 2).await;

    // The third run: both are suspects, and one has the process to itself.
    shop.until_called("hold", 3).await;
    let newcomer = shop.place("A-3").await;
    let looker = shop.begin("check-order", "A-4", None).await.unwrap().id();
    shop.settle().await;
    assert_eq!(shop.script.of("authorise").len(), 2);
    assert_eq!(shop.node(newcomer, "reserve").state, "idle");
    assert_eq!(shop.script.of("look").len(), 0);
    let shop = shop.restart();

    // The fourth: what ran isolated when it ended is parked, and everybody else goes on.
    shop.completes(healthy).await;
    shop.completes(newcomer).await;
    shop.completes(looker).await;
    let deaths = [(newcomer, "reserve"), (looker, "look")].map(|(id, it)| shop.node(id, it).deaths);
    assert_eq!(deaths, [0, 0], "what waits for a permit suffers no death");
    let parked = shop.node(guilty, "hold").parked.unwrap();
    assert_eq!(
        (parked.class, &*parked.code),
        (ParkClass::Poison, "process_deaths")
    );
    assert!(parked.why.contains("3 times in a row"), "{}", parked.why);
    assert!(parked.next_action.contains("then retry the node"));
    assert_eq!(
        (
            shop.isolated(guilty, "hold"),
            shop.isolated(healthy, "authorise")
        ),
        (1, 1)
    );
    assert_eq!(
        shop.engine.exceptions(None, None, 10).await.unwrap().len(),
        1
    );
}

#[tokio::test]
async fn innocent_suspects_run_isolated_in_turn_and_are_cleared() {
    let mut shop = Shop::open();
    shop.hangs("hold", 2);
    shop.hangs("authorise", 2);
    let first = shop.place_express("A-1").await;
    let second = shop.place("A-2").await;
    let shop = shop.dies_during(&["hold", "authorise"], 2).await;
    for (id, node) in [(first, "hold"), (second, "authorise")] {
        shop.completes(id).await;
        assert_eq!(shop.isolated(id, node), 1);
        assert_eq!(shop.node(id, node).deaths, 2, "what happened stays known");
    }
}

#[tokio::test]
async fn what_is_in_flight_finishes_before_a_suspect_runs() {
    let mut shop = Shop::open();
    shop.script.fails("reserve", busy());
    let innocent = shop.place("A-1").await;
    shop.until_node(innocent, "reserve", "backoff").await;
    shop.hangs("hold", 2);
    let suspect = shop.place_express("A-2").await;
    shop.until_called("hold", 1).await;
    let shop = shop.restart();
    shop.until_called("hold", 2).await;
    shop.hangs("reserve", 2);
    shop.clock.advance(Duration::from_secs(1));
    shop.until_called("reserve", 3).await;
    let shop = shop.restart();

    // One death of the innocent one's: it runs beside others, and first.
    shop.until_called("reserve", 4).await;
    shop.settle().await;
    assert_eq!(shop.script.of("hold").len(), 2, "the suspect waits");
    shop.clock.advance(Duration::from_secs(16));
    shop.until_called("hold", 3).await;
    shop.completes(suspect).await;
    shop.clock.advance(Duration::from_secs(2));
    shop.completes(innocent).await;
    assert_eq!(
        (
            shop.isolated(suspect, "hold"),
            shop.isolated(innocent, "reserve")
        ),
        (1, 0)
    );
}

#[tokio::test]
async fn any_outcome_clears_a_suspect() {
    let shop = Shop::open();
    shop.hangs("authorise", 2);
    shop.script.fails("authorise", busy());
    shop.hangs("authorise", 1);
    let id = shop.place("A-1").await;
    let shop = shop.dies_during(&["authorise"], 2).await;
    shop.until_node(id, "authorise", "backoff").await;
    shop.clock.advance(Duration::from_secs(1));
    shop.until_called("authorise", 4).await;
    let shop = shop.restart();
    shop.completes(id).await;
    assert_eq!(shop.attempts(id, "authorise").len(), 5);
    assert_eq!(
        shop.isolated(id, "authorise"),
        1,
        "the third, and none after it"
    );
}

#[tokio::test]
async fn deaths_do_not_use_up_the_attempts_that_a_busy_backend_is_given() {
    let shop = Shop::open();
    shop.hangs("authorise", 2);
    shop.script
        .fails("authorise", busy())
        .fails("authorise", busy());
    let id = shop.place("A-1").await;
    let shop = shop.dies_during(&["authorise"], 2).await;
    for called in 3..=4 {
        shop.until_called("authorise", called).await;
        shop.until_node(id, "authorise", "backoff").await;
        shop.clock.advance(Duration::from_secs(2));
    }
    shop.completes(id).await;
}

#[tokio::test]
async fn a_person_resumes_it_and_the_count_begins_anew() {
    let shop = Shop::open();
    shop.hangs("authorise", 4);
    let id = shop.place("A-1").await;
    let shop = shop.dies_during(&["authorise"], 3).await;
    shop.until_node(id, "authorise", "parked").await;
    shop.engine.retry(id, None, &act()).await.unwrap();
    shop.until_called("authorise", 4).await;
    let shop = shop.restart();
    shop.completes(id).await;
    assert_eq!(
        shop.attempts(id, "authorise")[3..],
        ["delivery 4", "delivery 5"]
    );
}

#[tokio::test]
async fn what_may_have_happened_before_the_deaths_is_taken_back_with_the_rest() {
    let shop = Shop::open();
    shop.hangs("authorise", 3);
    let id = shop.place("A-1").await;
    let shop = shop.dies_during(&["authorise"], 3).await;
    shop.until_node(id, "authorise", "parked").await;
    assert!(shop.node(id, "authorise").in_doubt);
    shop.engine.cancel(id, &act()).await.unwrap();
    shop.ended(id).await;
    assert_eq!(shop.view(id).summary.status, Status::Cancelled);
    assert_eq!(shop.script.names()[4..], ["void", "release"]);
}

#[tokio::test]
async fn an_undo_that_takes_the_process_down_is_stuck_and_never_claims_to_be_done() {
    let shop = Shop::open();
    shop.script
        .fails("authorise", Fault::refused("card_declined", "no funds"));
    shop.hangs("release", 3);
    let id = shop.place("A-1").await;
    let shop = shop.dies_during(&["release"], 3).await;
    shop.until_node(id, "reserve", "undo-parked").await;
    let parked = shop.node(id, "reserve").parked.unwrap();
    assert_eq!(
        (parked.class, &*parked.code),
        (ParkClass::CompensationStuck, "process_deaths")
    );
    shop.engine.retry(id, None, &act()).await.unwrap();
    shop.ended(id).await;
    assert_eq!(shop.view(id).summary.status, Status::Compensated);
}

#[tokio::test]
async fn a_look_can_take_the_process_down_too() {
    let shop = Shop::open();
    shop.hangs("look", 3);
    let id = shop.begin("check-order", "A-1", None).await.unwrap().id();
    let shop = shop.dies_during(&["look"], 3).await;
    shop.until_node(id, "look", "parked").await;
    let look = shop.node(id, "look");
    assert_eq!(look.parked.unwrap().code, "process_deaths");
    assert!(!look.in_doubt, "it has no effect");
    shop.engine.retry(id, None, &act()).await.unwrap();
    shop.completes(id).await;
}

#[tokio::test]
async fn a_stop_in_order_is_no_death_however_often() {
    let mut shop = Shop::open();
    shop.hangs("authorise", 4);
    shop.hangs("look", 4);
    let order = shop.place("A-1").await;
    let look = shop.begin("check-order", "A-2", None).await.unwrap().id();
    for run in 1..=4 {
        shop.until_called("authorise", run).await;
        shop.until_called("look", run).await;
        shop.engine.shutdown(Duration::ZERO).await;
        assert_eq!(shop.engine.live(), 0);
        shop = shop.restart();
    }
    for (id, node) in [(order, "authorise"), (look, "look")] {
        shop.completes(id).await;
        assert_eq!(
            (shop.node(id, node).deaths, shop.isolated(id, node)),
            (0, 0)
        );
    }
    assert_eq!(
        shop.attempts(order, "authorise")[4],
        "delivery 5",
        "its outcome was unknown"
    );
}
