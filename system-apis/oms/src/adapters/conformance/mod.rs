//! One suite over every connector: through the client, the whole API and the adapter.

mod fixture;
mod webhooks;

use crossdock_books::{FaultKind, Times};
use crossdock_model::{ConnectorName, Fault};
use crossdock_rig::{code, context, declared_whole, delivery};
use fixture::{Fixture, authorise, cancel_lines, create, line, parcel, receive, reserve, unknown};
use std::time::Duration;
use sys_oms_contract::{
    CancelOrder, FulfilmentMode, FulfilmentState, OmsOrderState, Pick, PickedLine, Release,
    Reservation, ReservationState, ShipGate,
};

#[tokio::test]
async fn each_write_twice_with_one_key_is_one_effect() {
    for fixture in Fixture::all().await {
        let lines = || vec![line("A", "A-1", 2), line("B", "B-1", 1)];
        let (oms, no) = (&fixture.oms, "FO-000001");
        let twice = |key| [delivery(key, 1), delivery(key, 2)];
        let mut answers: Vec<Reservation> = Vec::new();
        for to in twice("reserve") {
            answers.push(oms.reserve(&to, &reserve("o1", lines())).await.unwrap());
        }
        assert_eq!(answers[0], answers[1]);
        for to in twice("create") {
            oms.create_order(&to, &create("o1", lines())).await.unwrap();
        }
        for to in twice("cancel-lines") {
            let unit = cancel_lines("c1", "o1", "A", 1);
            oms.cancel_lines(&to, &unit).await.unwrap();
        }
        for to in twice("accept") {
            oms.accept(&to, no).await.unwrap();
        }
        for to in twice("pick") {
            oms.pick(&to, no, &Pick::default()).await.unwrap();
        }
        for to in twice("pack") {
            oms.pack(&to, no).await.unwrap();
        }
        for to in twice("authorise") {
            oms.authorise_shipment(&to, &authorise(no)).await.unwrap();
        }
        for to in twice("ship") {
            oms.ship(&to, no, &parcel()).await.unwrap();
        }
        for to in twice("back") {
            oms.receive_return(&to, &receive("r1")).await.unwrap();
        }
        let tables = [
            "reservation",
            "customer_order",
            "line_cancellation",
            "fulfilment_order",
            "shipment",
            "receipt",
        ];
        assert_eq!(tables.map(|table| fixture.rows(table)), [1; 6]);
        assert_eq!(fixture.saleable("A-1").await, 1_500 - 2 + 1 + 1);
    }
}

#[tokio::test]
async fn a_write_repeated_after_its_answer_was_lost_is_one_effect() {
    for fixture in Fixture::all().await {
        let lines = || vec![line("A", "A-1", 2)];
        let oms = &fixture.oms;
        fixture.lose_answer("POST /v1/{merchant}/holds");
        unknown(
            &oms.reserve(&delivery("reserve", 1), &reserve("o1", lines()))
                .await,
        );
        oms.reserve(&delivery("reserve", 2), &reserve("o1", lines()))
            .await
            .unwrap();
        fixture.lose_answer("POST /v1/{merchant}/orders");
        unknown(
            &oms.create_order(&delivery("create", 1), &create("o1", lines()))
                .await,
        );
        oms.create_order(&delivery("create", 2), &create("o1", lines()))
            .await
            .unwrap();
        fixture.lose_answer("POST /v1/{merchant}/receipts");
        unknown(
            &oms.receive_return(&delivery("back", 1), &receive("r1"))
                .await,
        );
        oms.receive_return(&delivery("back", 2), &receive("r1"))
            .await
            .unwrap();
        lose_the_answer_of_cancelled_lines(&fixture).await;
        fixture.lose_answer("POST /v1/{merchant}/orders/{order_no}/cancel");
        let cancel = CancelOrder {
            reference: "o1".into(),
        };
        unknown(&oms.cancel_order(&delivery("cancel", 1), &cancel).await);
        let cancelled = oms
            .cancel_order(&delivery("cancel", 2), &cancel)
            .await
            .unwrap();
        assert_eq!(cancelled.released[0].got, 1, "one was free before");

        let release = Release {
            reference: "o2".into(),
        };
        oms.reserve(&delivery("reserve-2", 1), &reserve("o2", lines()))
            .await
            .unwrap();
        fixture.lose_answer("DELETE /v1/{merchant}/holds/{order_no}");
        unknown(&oms.release(&delivery("release", 1), &release).await);
        let released = oms
            .release(&delivery("release", 2), &release)
            .await
            .unwrap();
        assert_eq!(released.lines[0].got, 2);
        assert_eq!(fixture.rows("reservation_release"), 2);
        assert_eq!(fixture.saleable("A-1").await, 1_500 + 1);
    }
}

/// Cancels one of the two units of the order, and again because the answer was lost.
async fn lose_the_answer_of_cancelled_lines(fixture: &Fixture) {
    let (oms, unit) = (&fixture.oms, cancel_lines("c1", "o1", "A", 1));
    fixture.lose_answer("POST /v1/{merchant}/orders/{order_no}/line-cancellations");
    unknown(&oms.cancel_lines(&delivery("lines", 1), &unit).await);
    let cancelled = oms.cancel_lines(&delivery("lines", 2), &unit).await;
    assert_eq!(cancelled.unwrap().released[0].got, 1);
    let order = oms.order(&context(), "o1").await.unwrap();
    assert_eq!(order.lines[0].cancelled, 1);
}

#[tokio::test]
async fn what_was_written_is_found_by_our_reference() {
    for fixture in Fixture::all().await {
        let oms = &fixture.oms;
        let lines = vec![line("A", "A-1", 2)];
        let asked = reserve("order/1 #x", lines.clone());
        oms.reserve(&delivery("reserve", 1), &asked).await.unwrap();
        let held = oms.reservation(&context(), "order/1 #x").await.unwrap();
        assert_eq!((held.state, held.lines[0].got), (ReservationState::Held, 2));
        let made = oms
            .create_order(&delivery("create", 1), &create("order/1 #x", lines))
            .await;
        let found = oms.order(&context(), "order/1 #x").await.unwrap();
        assert_eq!(made, Ok(found.clone()));
        assert_eq!(found.reference.system, ConnectorName::from("oms-main"));
        let jobs = oms
            .fulfilment_orders(&context(), "order/1 #x")
            .await
            .unwrap();
        assert_eq!(jobs[0].reference.value, "FO-000001");
        assert_eq!(
            oms.fulfilment_order(&context(), "FO-000001").await,
            Ok(jobs[0].clone())
        );
        let unit = cancel_lines("cancel/1 #x", "order/1 #x", "A", 1);
        let cancelled = oms.cancel_lines(&delivery("lines", 1), &unit).await;
        let found = oms.line_cancellation(&context(), "cancel/1 #x").await;
        assert_eq!(found, cancelled);
        let found = found.unwrap();
        assert_eq!(found.reference.kind, "line-cancellation");
        assert_eq!((&found.order, &found.lines), (&unit.order, &unit.lines));
        let booked = oms
            .receive_return(&delivery("back", 1), &receive("r1"))
            .await;
        assert_eq!(oms.receipt(&context(), "r1").await, booked);
        assert_eq!(code(oms.order(&context(), "o9").await), "not_found");
        assert_eq!(code(oms.reservation(&context(), "o9").await), "not_found");
        let nothing = oms.line_cancellation(&context(), "c9").await;
        assert_eq!(code(nothing), "not_found");
        assert_eq!(code(oms.receipt(&context(), "r9").await), "not_found");
    }
}

#[tokio::test]
async fn refusals_have_the_codes_of_the_catalogue_and_point_at_the_line() {
    for fixture in Fixture::all().await {
        let oms = &fixture.oms;
        let to = delivery("x", 1);
        let lines = vec![line("A", "A-1", 2), line("B", "B-1", 5_000)];
        let Err(Fault::Refused(short)) = oms.reserve(&to, &reserve("o1", lines)).await else {
            panic!("out of stock");
        };
        assert_eq!(short.code, "out_of_stock");
        assert_eq!(short.errors[0].pointer, "/lines/1");
        assert_eq!(short.errors[0].detail, "sku B-1: 5000 asked, 1500 there");

        let one = |quantity| vec![line("A", "A-1", quantity)];
        let stranger = reserve("o1", vec![line("X", "X-9", 1)]);
        assert_eq!(code(oms.reserve(&to, &stranger).await), "unknown_sku");
        oms.reserve(&to, &reserve("o1", one(1))).await.unwrap();
        assert_eq!(
            code(oms.reserve(&to, &reserve("o1", one(2))).await),
            "reference_reused"
        );
        fixture.harness.clock.advance(Duration::from_mins(15));
        assert_eq!(
            code(oms.reserve(&to, &reserve("o1", one(1))).await),
            "reservation_expired"
        );
        let release = Release {
            reference: "o2".into(),
        };
        assert_eq!(oms.release(&to, &release).await.unwrap().reference, None);
        assert_eq!(
            code(oms.reserve(&to, &reserve("o2", one(1))).await),
            "tombstoned"
        );
        let mut pickup = line("A", "A-1", 1);
        pickup.fulfilment = FulfilmentMode::Pickup;
        assert_eq!(
            code(oms.reserve(&to, &reserve("o3", vec![pickup])).await),
            "validation_failed"
        );

        oms.create_order(&to, &create("o4", one(1))).await.unwrap();
        assert_eq!(code(oms.pack(&to, "FO-000001").await), "wrong_state");
        assert_eq!(code(oms.pack(&to, "FO-000099").await), "not_found");
        oms.accept(&to, "FO-000001").await.unwrap();
        oms.pick(&to, "FO-000001", &Pick::default()).await.unwrap();
        oms.pack(&to, "FO-000001").await.unwrap();
        assert_eq!(
            code(oms.ship(&to, "FO-000001", &parcel()).await),
            "wrong_state"
        );
        let cancel = CancelOrder {
            reference: "o4".into(),
        };
        assert_eq!(
            code(oms.cancel_order(&to, &cancel).await),
            "cancellation_refused"
        );
    }
}

#[tokio::test]
async fn lines_that_cannot_be_cancelled_are_refused_in_the_codes_of_the_catalogue() {
    for fixture in Fixture::all().await {
        let (oms, to) = (&fixture.oms, delivery("x", 1));
        let lines = vec![line("A", "A-1", 2)];
        oms.create_order(&to, &create("o1", lines)).await.unwrap();
        let too_many = cancel_lines("c1", "o1", "A", 3);
        let too_many = oms.cancel_lines(&to, &too_many).await;
        assert_eq!(code(too_many), "cancellation_refused");
        let stranger = cancel_lines("c1", "o1", "X", 1);
        let Err(Fault::Refused(stranger)) = oms.cancel_lines(&to, &stranger).await else {
            panic!("the order has no such line");
        };
        assert_eq!(stranger.code, "validation_failed");
        assert_eq!(stranger.errors[0].pointer, "/lines/0");
        let of_nothing = cancel_lines("c1", "o9", "A", 1);
        let of_nothing = oms.cancel_lines(&to, &of_nothing).await;
        assert_eq!(code(of_nothing), "not_found");
        let one = cancel_lines("c1", "o1", "A", 1);
        oms.cancel_lines(&to, &one).await.unwrap();
        let two = cancel_lines("c1", "o1", "A", 2);
        let two = oms.cancel_lines(&to, &two).await;
        assert_eq!(code(two), "reference_reused");
        assert_eq!(fixture.saleable("A-1").await, 1_500 - 1);
    }
}

#[tokio::test]
async fn faults_before_the_effect_and_wrong_keys_are_told_apart() {
    for fixture in Fixture::all().await {
        let operation = "POST /v1/{merchant}/holds";
        let (to, asked) = (delivery("x", 1), reserve("o1", vec![line("A", "A-1", 1)]));
        let faults = fixture.backend.faults();
        faults.arm(operation, FaultKind::Down, Times::Next(1));
        let down = fixture.oms.reserve(&to, &asked).await;
        assert!(matches!(down, Err(Fault::Retry { .. })), "{down:?}");
        let busy = FaultKind::Throttle { retry_after: 3 };
        faults.arm(operation, busy, Times::Next(1));
        let after = Some(Duration::from_secs(3));
        let busy = fixture.oms.reserve(&to, &asked).await;
        assert!(matches!(busy, Err(Fault::Retry { after: asked, .. }) if asked == after));
        for kind in [
            FaultKind::ErrorBefore,
            FaultKind::ErrorAfter,
            FaultKind::Garbage,
        ] {
            faults.arm(operation, kind, Times::Next(1));
            unknown(&fixture.oms.reserve(&to, &asked).await);
        }
        fixture
            .oms
            .reserve(&delivery("x", 2), &asked)
            .await
            .unwrap();
        assert_eq!(fixture.rows("reservation"), 1);
    }
}

#[tokio::test]
async fn without_a_ship_gate_a_packed_parcel_leaves() {
    for fixture in Fixture::all_with(ShipGate::None).await {
        let abilities = fixture.oms.abilities(&context()).await.unwrap();
        assert_eq!(abilities.ship_gate, ShipGate::None);
        assert_eq!(abilities.connector, ConnectorName::from("oms-main"));
        let to = delivery("x", 1);
        let made = create("o1", vec![line("A", "A-1", 2)]);
        let made = fixture.oms.create_order(&to, &made).await.unwrap();
        assert!(made.fulfilment_orders[0].authorised);
        fixture.oms.accept(&to, "FO-000001").await.unwrap();
        fixture
            .oms
            .pick(&to, "FO-000001", &Pick::default())
            .await
            .unwrap();
        fixture.oms.pack(&to, "FO-000001").await.unwrap();
        let gone = fixture.oms.ship(&to, "FO-000001", &parcel()).await.unwrap();
        assert_eq!(gone.state, FulfilmentState::Shipped);
        let order = fixture.oms.order(&context(), "o1").await.unwrap();
        assert_eq!(order.state, OmsOrderState::Shipped);
    }
}

#[tokio::test]
async fn what_nobody_has_is_accepted_as_backordered() {
    for fixture in Fixture::all().await {
        let to = delivery("x", 1);
        let made = create("o1", vec![line("A", "A-1", 1_600)]);
        let made = fixture.oms.create_order(&to, &made).await.unwrap();
        assert!(made.backordered);
        assert_eq!(made.lines[0].backordered, 100);
        assert_eq!(made.fulfilment_orders.len(), 3);
    }
}

#[tokio::test]
async fn what_a_short_pick_leaves_on_the_shelf_is_blocked_and_not_saleable() {
    for fixture in Fixture::all().await {
        let (oms, to) = (&fixture.oms, delivery("x", 1));
        let lines = vec![line("A", "A-1", 3)];
        oms.create_order(&to, &create("o1", lines)).await.unwrap();
        oms.accept(&to, "FO-000001").await.unwrap();
        let short = Pick {
            lines: vec![PickedLine {
                line: "A".parse().unwrap(),
                picked: 1,
            }],
        };
        oms.pick(&to, "FO-000001", &short).await.unwrap();
        let skus = ["A-1".parse().unwrap()];
        let rows = oms.availability(&context(), &skus).await.unwrap();
        let shelves = rows.iter();
        let shelves = shelves.map(|row| (row.on_hand, row.saleable, row.blocked));
        let expected = [(1, 0, 499), (500, 498, 0), (500, 500, 0)];
        assert_eq!(shelves.collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn every_operation_is_declared_whole() {
    for fixture in Fixture::all().await {
        assert_eq!(declared_whole(&fixture.api), 24);
    }
}
