//! Workflows of a small shop, whose steps answer by script.

use crossdock_model::{Delivery, Fault, Refusal, Timestamp};
use crossdock_store::{Answer, Changes, RecordRef};
use crossdock_workflow::*;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a scripted step does next.
pub enum Reply {
    Fault(Fault),
    Panic,
    Hang,
    /// It succeeds after others have had so many turns.
    Turns(usize),
}

/// One call of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub name: &'static str,
    pub key: String,
    pub attempt: u32,
}

#[derive(Default)]
pub struct Script {
    replies: Mutex<HashMap<&'static str, VecDeque<Reply>>>,
    calls: Mutex<Vec<Call>>,
}

impl Script {
    pub fn then(&self, name: &'static str, reply: Reply) -> &Self {
        self.replies
            .lock()
            .unwrap()
            .entry(name)
            .or_default()
            .push_back(reply);
        self
    }

    pub fn fails(&self, name: &'static str, fault: Fault) -> &Self {
        self.then(name, Reply::Fault(fault))
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    pub fn names(&self) -> Vec<&'static str> {
        self.calls().iter().map(|call| call.name).collect()
    }

    pub fn of(&self, name: &str) -> Vec<Call> {
        self.calls()
            .into_iter()
            .filter(|call| call.name == name)
            .collect()
    }

    async fn play(&self, name: &'static str, delivery: &Delivery) -> Result<(), Fault> {
        let attempt = delivery.attempt.get();
        self.calls.lock().unwrap().push(Call {
            name,
            key: delivery.key.to_string(),
            attempt,
        });
        let reply = self
            .replies
            .lock()
            .unwrap()
            .get_mut(name)
            .and_then(VecDeque::pop_front);
        match reply {
            None => Ok(()),
            Some(Reply::Fault(fault)) => Err(fault),
            Some(Reply::Panic) => panic!("the shelf fell over"),
            Some(Reply::Hang) => std::future::pending().await,
            Some(Reply::Turns(turns)) => {
                for _turn in 0..turns {
                    tokio::task::yield_now().await;
                }
                Ok(())
            }
        }
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Order {
    pub id: uuid::Uuid,
    #[serde(default)]
    pub done: Vec<String>,
    #[serde(default)]
    pub signals: Vec<String>,
    #[serde(default)]
    pub express: bool,
    #[serde(default)]
    pub sold_out: bool,
    /// What a person has to answer before it may go.
    #[serde(default)]
    pub question: Option<String>,
    #[serde(default)]
    pub give_up_at: Option<Timestamp>,
}

impl State for Order {
    fn give_up_at(&self) -> Option<Timestamp> {
        self.give_up_at
    }
}

macro_rules! steps {
    ($($step:ident $name:literal $undo:literal),+) => {$(
        pub struct $step(pub Arc<Script>);
        impl Step<Order> for $step {
            const NAME: &'static str = $name;
            const RETRY: Retry = Retry { attempts: 3, ..Retry::STANDARD };
            type Out = String;
            async fn run(&self, delivery: &Delivery, _: &Order) -> Result<String, Fault> {
                self.0.play($name, delivery).await.map(|()| $name.to_owned())
            }
            fn record(state: &mut Order, out: String) { state.done.push(out); }
        }
        impl Reversible<Order> for $step {
            async fn undo(&self, delivery: &Delivery, _: &Order) -> Result<(), Fault> {
                self.0.play($undo, delivery).await
            }
        }
    )+};
}
steps!(Reserve "reserve" "release", Hold "hold" "unhold", Authorise "authorise" "void",
    Release "oms" "oms-undo", Post "erp" "erp-undo", Queue "queue" "queue-undo", Look "look" "look-undo");

pub struct Place;
impl Pivot<Order> for Place {
    const NAME: &'static str = "place";
    fn reads(state: &Order) -> Vec<RecordRef> {
        vec![order(state)]
    }
    type Out = ();
    fn choose(state: &Order, _: &Loaded, _: &Moment) -> Result<(), Refusal> {
        if state.sold_out {
            return Err(Refusal::new("out_of_stock", "the last one has just gone"));
        }
        Ok(())
    }
    fn record(_: &mut Order, (): ()) {}
    fn changes(state: &Order, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let (version, mut body) = loaded.need::<String>(&order(state))?;
        body.push_str(" placed");
        Ok(Changes {
            records: vec![moment.update(&order(state), version, &body)?],
            events: vec![moment.event("order", &order(state), "OrderPlaced", &body)?],
            answer: Some(Answer {
                status: 201,
                body: "\"placed\"".into(),
            }),
        })
    }
}

pub struct Shipped;
impl Await<Order> for Shipped {
    const NAME: &'static str = "shipped";
    const DEADLINE: Duration = Duration::from_hours(1);
    type Signal = String;
    fn record(state: &mut Order, signal: String) {
        state.signals.push(signal);
    }
    fn reads(state: &Order) -> Vec<RecordRef> {
        vec![order(state)]
    }
    fn asks(state: &Order) -> Option<Refusal> {
        let question = state.question.clone()?;
        Some(Refusal::new("on_hold", question))
    }
    fn changes(state: &Order, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        if state.signals.iter().any(|signal| signal == "nonsense") {
            return Err(Refusal::new("nonsense", "that is no answer"));
        }
        let (version, _) = loaded.need::<String>(&order(state))?;
        Ok(Changes {
            records: vec![moment.update(&order(state), version, &"shipped")?],
            events: vec![moment.event("order", &order(state), "OrderShipped", &state.signals)?],
            answer: None,
        })
    }
}

pub fn order(state: &Order) -> RecordRef {
    RecordRef {
        kind: "order",
        id: state.id,
    }
}

struct Life;
impl Lifecycle<Order> for Life {
    fn reads(&self, state: &Order) -> Vec<RecordRef> {
        vec![order(state)]
    }
    fn started(&self, state: &Order, _: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let records = vec![moment.create(&order(state), &"received", Vec::new())?];
        Ok(Changes {
            records,
            ..Changes::none()
        })
    }
    fn refused(
        &self,
        state: &Order,
        refusal: &Refusal,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let (version, _) = loaded.need::<String>(&order(state))?;
        let body = format!("rejected {}", refusal.code);
        let answer = Some(Answer {
            status: 409,
            body: format!("\"{}\"", refusal.code).into(),
        });
        let events = vec![moment.event("order", &order(state), "OrderRejected", &body)?];
        Ok(Changes {
            records: vec![moment.update(&order(state), version, &body)?],
            events,
            answer,
        })
    }
    fn parked(
        &self,
        state: &Order,
        parked: &Parked,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        Self::exception(state, "ExceptionOpened", &parked.node, (loaded, moment))
    }
    fn resumed(
        &self,
        state: &Order,
        resumed: &Resumed,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        Self::exception(state, "ExceptionResolved", &resumed.node, (loaded, moment))
    }
}

impl Life {
    fn exception(
        state: &Order,
        kind: &'static str,
        node: &str,
        (loaded, moment): (&Loaded, &Moment),
    ) -> Result<Changes, Refusal> {
        let (version, body) = loaded.need::<String>(&order(state))?;
        let records = vec![moment.update(&order(state), version, &body)?];
        Ok(Changes {
            records,
            events: vec![moment.event("order", &order(state), kind, &node)?],
            answer: None,
        })
    }
}

pub fn place_order(script: &Arc<Script>) -> Workflow {
    let s = || Arc::clone(script);
    workflow::<Order>("place-order")
        .step(Reserve(s()))
        .step(Hold(s()).when("express", |order: &Order| order.express))
        .step(Authorise(s()))
        .pivot(Place)
        .all([
            ("oms", leg().step(Release(s()))),
            ("erp", leg().step(Post(s()).or(Queue(s())))),
        ])
        .lifecycle(Life)
        .build()
        .unwrap()
}

pub fn follow_order(script: &Arc<Script>) -> Workflow {
    workflow::<Order>("follow-order")
        .step(Reserve(Arc::clone(script)))
        .wait(Shipped)
        .timer("cooling-off", |_| Duration::from_mins(1))
        .step(Authorise(Arc::clone(script)))
        .lifecycle(Life)
        .build()
        .unwrap()
}

/// Only an express order is waited for.
pub fn track_order(script: &Arc<Script>) -> Workflow {
    workflow::<Order>("track-order")
        .step(Reserve(Arc::clone(script)))
        .wait(Shipped.when("express", |order: &Order| order.express))
        .step(Authorise(Arc::clone(script)))
        .lifecycle(Life)
        .build()
        .unwrap()
}

/// Looks before it does anything.
pub fn check_order(script: &Arc<Script>) -> Workflow {
    workflow::<Order>("check-order")
        .read(Look(Arc::clone(script)))
        .step(Reserve(Arc::clone(script)))
        .lifecycle(Life)
        .build()
        .unwrap()
}
