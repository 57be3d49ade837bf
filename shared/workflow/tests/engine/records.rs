//! Several instances over one record: nothing is lost, nothing is counted twice.

use crate::shop::{now, tenant};
use crossdock_model::{Clock, Correlation, Ids, InstanceId, Refusal, Timestamp};
use crossdock_runtime::ManualClock;
use crossdock_store::{Cause, Changes, RecordRef, RecordWrite, SqliteStore, Store, Version};
use crossdock_workflow::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// A refund against an order that holds 50 in all.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Refund {
    reference: Option<String>,
    panics: bool,
}
impl State for Refund {}

const ORDER: RecordRef = RecordRef {
    kind: "order",
    id: Uuid::from_u128(7),
};

const PERSON: RecordRef = RecordRef {
    kind: "person",
    id: Uuid::from_u128(8),
};

/// Who the refund goes to: nothing that a journal may hold.
fn ada() -> Vec<RecordWrite> {
    vec![RecordWrite {
        kind: PERSON.kind,
        id: PERSON.id,
        tenant: tenant(),
        expected: Version(0),
        body: "\"Ada Lovelace\"".into(),
        unique: Vec::new(),
        search: Vec::new(),
    }]
}

struct Settle;
impl Pivot<Refund> for Settle {
    const NAME: &'static str = "settle";
    fn reads(_: &Refund) -> Vec<RecordRef> {
        vec![ORDER]
    }
    type Out = ();
    fn choose(_: &Refund, _: &Loaded, _: &Moment) -> Result<(), Refusal> {
        Ok(())
    }
    fn record(_: &mut Refund, (): ()) {}
    fn changes(state: &Refund, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        assert!(!state.panics, "a defect in pure code");
        let (version, refunded) = loaded.get::<u32>(&ORDER)?.unwrap_or((Version(0), 0));
        if refunded == 50 {
            return Err(Refusal::new("refund_ceiling", "everything is refunded"));
        }
        let mut records = vec![moment.update(&ORDER, version, &(refunded + 1))?];
        if let Some(reference) = &state.reference {
            let own = RecordRef {
                kind: "refund",
                id: moment.new_id(),
            };
            records.push(moment.create(&own, &1, vec![("reference", reference.clone())])?);
        }
        Ok(Changes {
            records,
            ..Changes::none()
        })
    }
}

struct Desk {
    engine: Engine,
    store: Arc<SqliteStore>,
    clock: Arc<ManualClock>,
    ids: Arc<Ids>,
}

impl Desk {
    fn open() -> Self {
        let clock = Arc::new(ManualClock::at(
            Timestamp::from_second(1_700_000_000).unwrap(),
        ));
        let store = Arc::new(SqliteStore::memory().unwrap());
        let ids = Arc::new(Ids::seeded(3));
        let shared: Arc<dyn Store> = Arc::<SqliteStore>::clone(&store);
        let engine = Engine::builder(shared, Arc::<ManualClock>::clone(&clock), Arc::clone(&ids))
            .register(workflow::<Refund>("refund").pivot(Settle).build().unwrap())
            .start();
        Self {
            engine: now(engine).unwrap(),
            store,
            clock,
            ids,
        }
    }

    async fn refund(&self, state: Refund) -> Result<Waited, StartError> {
        self.refund_with(state, Vec::new())
            .await
            .map(|(_, end)| end)
    }

    async fn refund_with(
        &self,
        state: Refund,
        records: Vec<RecordWrite>,
    ) -> Result<(InstanceId, Waited), StartError> {
        let id = InstanceId(self.ids.next(self.clock.now()));
        let cause = Cause {
            tenant: tenant(),
            caller: "web".into(),
            operation: "refund".into(),
            correlation: Correlation::begin(id.0),
            traceparent: None,
            claim: None,
        };
        let key = id.to_string().into();
        let (workflow, partition, inbox) = ("refund", "order-7", None);
        let request = StartRequest {
            workflow,
            id,
            key,
            partition,
            state: &state,
            records,
            cause,
            inbox,
        };
        self.engine.start(request).await?;
        let end = self.engine.wait_for(id, Milestone::End, Timestamp::MAX);
        Ok((id, end.await.unwrap()))
    }

    /// What the journal of an instance holds, and everything else that is told of it.
    fn history(&self, id: InstanceId) -> String {
        let history = now(self.store.history(id)).unwrap().unwrap();
        let entries = history.entries.iter();
        entries
            .map(|entry| String::from_utf8_lossy(entry).into_owned())
            .collect()
    }

    fn person(&self) -> Option<String> {
        let record = now(self.store.record(&tenant(), PERSON.kind, PERSON.id)).unwrap()?;
        Some(String::from_utf8_lossy(&record.body).into_owned())
    }

    fn refunded(&self) -> Option<u32> {
        let tenant = tenant();
        let record = now(self.store.record(&tenant, ORDER.kind, ORDER.id)).unwrap()?;
        Some(serde_json::from_slice(&record.body).unwrap())
    }
}

fn plain() -> Refund {
    Refund {
        reference: None,
        panics: false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ceiling_holds_however_many_refunds_race_for_it() {
    let desk = Desk::open();
    let all = (0..80).map(|_| desk.refund(plain()));
    let ends = futures_util::future::try_join_all(all).await.unwrap();
    let settled = ends.iter().filter(|end| **end == Waited::Reached).count();
    let refused = |end: &&Waited| matches!(end, Waited::Refused(no) if no.code == "refund_ceiling");
    assert_eq!(settled, 50);
    assert_eq!(ends.iter().filter(refused).count(), 30);
    assert_eq!(desk.refunded(), Some(50));
}

#[tokio::test]
async fn a_business_key_that_another_record_has_is_a_refusal() {
    let desk = Desk::open();
    let named = || Refund {
        reference: Some("R-1".into()),
        panics: false,
    };
    assert_eq!(desk.refund(named()).await.unwrap(), Waited::Reached);
    let again = desk.refund(named()).await.unwrap();
    assert!(matches!(again, Waited::Refused(no) if no.code == "already_exists"));
    assert_eq!(desk.refunded(), Some(1));
}

#[tokio::test]
async fn a_panic_in_pure_code_at_the_start_refuses_it_and_harms_nobody_else() {
    let desk = Desk::open();
    let error = desk
        .refund(Refund {
            reference: None,
            panics: true,
        })
        .await
        .unwrap_err();
    assert!(
        matches!(error, StartError::Refused(no) if no.detail.contains("a defect in pure code"))
    );
    assert_eq!(desk.refund(plain()).await.unwrap(), Waited::Reached);
    assert_eq!(desk.engine.live(), 0);
}

#[tokio::test]
async fn a_record_that_comes_with_the_start_is_in_its_commit_and_in_no_journal() {
    let desk = Desk::open();
    let (id, end) = desk.refund_with(plain(), ada()).await.unwrap();
    assert_eq!(end, Waited::Reached);
    assert_eq!(desk.person().as_deref(), Some("\"Ada Lovelace\""));
    let history = desk.history(id);
    assert!(
        history.contains("panics") && !history.contains("Ada"),
        "{history}"
    );
}

#[tokio::test]
async fn a_start_that_is_refused_leaves_none_of_its_records() {
    let desk = Desk::open();
    let broken = Refund {
        reference: None,
        panics: true,
    };
    let error = desk.refund_with(broken, ada()).await.unwrap_err();
    assert!(matches!(error, StartError::Refused(_)));
    assert_eq!(desk.person(), None);
}

#[tokio::test]
async fn a_record_that_stands_there_already_refuses_the_start_at_once() {
    let desk = Desk::open();
    desk.refund_with(plain(), ada()).await.unwrap();
    let error = desk.refund_with(plain(), ada()).await.unwrap_err();
    assert!(matches!(error, StartError::Refused(no) if no.code == "already_exists"));
    assert_eq!(desk.refunded(), Some(1));
}
