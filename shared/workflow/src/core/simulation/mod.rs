//! Seeded runs of random definitions against fake code: what must hold whatever happens.

mod deaths;
mod random;
mod records;
mod run;

use crate::core::{Instance, NodeStatus, Phase};
use crate::define::{Definition, Kind, Leg, Node, Retry, Undo};
use crossdock_model::Fault;
use crossdock_store::Status;
use run::Run;
use std::collections::HashMap;

#[test]
fn whatever_happens_every_instance_ends_with_nothing_left_standing_that_should_not() {
    let mut ends: HashMap<String, u32> = HashMap::new();
    let mut met: HashMap<&str, u32> = HashMap::new();
    for seed in 0..3_000 {
        let caught = std::panic::catch_unwind(|| {
            let mut run = Run::new(seed);
            let trace = run.trace();
            (
                format!("{:?}", run.instance.phase),
                trace,
                run.pool.conflicts,
            )
        });
        let Ok((end, trace, conflicts)) = caught else {
            panic!("seed {seed}")
        };
        *ends.entry(end).or_default() += 1;
        for entry in [
            "AttemptLost",
            "Parked",
            "IntentRaised",
            "Undone",
            "Taken",
            "late: true",
            "Skipped",
            "u: true, due",
            "isolated: true",
            "process_deaths",
            "begun: true",
            "begun: false",
            "number",
        ] {
            *met.entry(entry).or_default() += u32::from(trace.contains(entry));
        }
        *met.entry("conflict").or_default() += conflicts;
    }
    // A simulation that never meets what it is about proves nothing.
    assert_eq!(ends.len(), 3, "{ends:?}");
    assert!(ends.values().all(|count| *count > 30), "{ends:?}");
    assert!(met.values().all(|count| *count > 30), "{met:?}");
}

#[test]
fn the_same_seed_leaves_the_same_trace() {
    for seed in 0..50 {
        assert_eq!(
            Run::new(seed).trace(),
            Run::new(seed).trace(),
            "seed {seed}"
        );
    }
}

#[test]
fn every_step_of_a_definition_may_meet_every_fault_once() {
    let why = || String::from("once");
    let faults: [fn(String) -> Fault; 7] = [
        |why| Fault::Retry { after: None, why },
        |why| Fault::Unknown { why },
        |why| Fault::refused("no", why),
        |why| Fault::Misconfigured { why },
        |why| Fault::Poison { why },
        |_| Fault::NothingHappened { new_intent: true },
        |_| Fault::NothingHappened { new_intent: false },
    ];
    for seed in 0..60 {
        let nodes = Run::new(seed).definition.nodes.len();
        for (node, fault) in
            (0..nodes).flat_map(|node| faults.iter().map(move |fault| (node, fault)))
        {
            let mut run = Run::new(seed);
            run.may_fail = false;
            run.single = Some((node, fault(why())));
            run.start();
            run.finish();
        }
    }
}

#[test]
fn siblings_that_fail_together_are_all_waited_for_and_undone() {
    let step = |id: &str| Node {
        id: id.into(),
        code: format!("{id}@1"),
        kind: Kind::Step {
            undo: Undo::Reversible,
        },
        when: Vec::new(),
        or: None,
        retry: Some(Retry::STANDARD.stored()),
    };
    let legs = (0..3)
        .map(|n| Leg {
            name: n.to_string(),
            chain: vec![n],
        })
        .collect();
    let mut nodes: Vec<Node> = ["a", "b", "c"].map(step).into();
    nodes.push(Node {
        id: "all".into(),
        kind: Kind::All { legs },
        retry: None,
        ..step("all")
    });
    let mut run = Run::new(1);
    run.definition = Definition {
        name: "siblings".into(),
        nodes,
        root: vec![3],
    };
    run.instance = Instance::new(&run.definition);
    (run.may_fail, run.code.refusing) = (false, None);
    run.start();
    assert_eq!(run.attempts.len(), 3);
    run.single = Some((0, Fault::refused("no", "a")));
    let refused = run.answer(0);
    run.single = Some((
        2,
        Fault::Unknown {
            why: "reset".into(),
        },
    ));
    let unknown = run.answer(1);
    run.take(&[refused, unknown]);
    assert_eq!(run.instance.phase, Phase::Backward);
    assert!(
        run.attempts.iter().all(|effect| !effect.undo),
        "b is still awaited"
    );
    let done = run.answer(0);
    run.take(&[done]);
    assert_eq!(
        (run.attempts[0].node, run.attempts[0].undo),
        (2, true),
        "the unknown one is undone first"
    );
    run.finish();
    assert_eq!(run.instance.phase, Phase::Ended(Status::Compensated));
    assert_eq!(run.instance.node(0).status, NodeStatus::Refused);
    assert_eq!(run.instance.node(1).status, NodeStatus::Undone);
}
