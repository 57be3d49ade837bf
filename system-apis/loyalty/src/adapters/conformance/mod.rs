//! One suite over every loyalty connector: safe to call twice, found again, refusals by what can be done.

mod extensions;
mod fixture;

use crate::port::active_hold;
use crossdock_books::{FaultKind, Times};
use crossdock_model::{Delivery, Fault, MemberId, Tenant};
use crossdock_outbound::safely;
use crossdock_rig::{code, delivery};
use fixture::{Fixture, acme, order, range};
use std::num::NonZeroU32;
use std::time::Duration;
use sys_loyalty_contract::{
    Accrue, Confirm, Evaluate, Funding, Hold, HoldState, Mature, Release, Restore, Reverse,
    RunAccrual, RunPoints, Treatment, UnitAccrualState,
};
use sys_loyalty_embedded::Seed;

#[tokio::test]
async fn a_burn_stands_once_though_each_answer_was_lost() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let (engine, tenant, order) = (fixture.engine(), acme(), order());
        let can = engine.abilities();
        let hold = Hold::sample();
        let promised = fixture
            .deliver_thrice(
                "hold",
                can.moves,
                async |by| engine.hold(&by, &hold).await,
                async || active_hold(engine.held(&tenant, &order).await?),
            )
            .await;
        assert_eq!(
            (promised.points, promised.state, fixture.entries("hold")),
            (1_000, HoldState::Held, 1)
        );
        let confirm = Confirm {
            reference: order.clone(),
        };
        let burnt = fixture
            .deliver_thrice(
                "confirm",
                can.moves,
                async |by| engine.confirm(&by, &confirm).await,
                async || {
                    engine
                        .confirm(&delivery("seek", 1), &confirm)
                        .await
                        .map(Some)
                },
            )
            .await;
        assert_eq!((burnt.points, fixture.entries("burn")), (1_000, 1));
        let back = RunPoints {
            units: range("A#1..A#3"),
            points_each: 127,
        };
        let restore = Restore {
            reference: order.clone(),
            key: "r-1".into(),
            runs: vec![back],
        };
        let restored = fixture
            .deliver_thrice(
                "restore",
                can.moves,
                async |by| engine.restore(&by, &restore).await,
                async || engine.restored(&tenant, &order, "r-1").await,
            )
            .await;
        assert_eq!((restored.points, fixture.entries("restore")), (381, 1));
        assert_eq!(fixture.buckets().await, [881, 0, 0, 0]);
    }
}

#[tokio::test]
async fn what_is_earned_stands_once_though_each_answer_was_lost() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let (engine, tenant, order) = (fixture.engine(), acme(), order());
        let can = engine.abilities();
        let accrue = Accrue::sample();
        let accrual = fixture
            .deliver_thrice(
                "accrue",
                can.moves,
                async |by| engine.accrue(&by, &accrue).await,
                async || engine.accrued(&tenant, &order).await,
            )
            .await;
        assert_eq!((accrual.points, fixture.entries("earn-pending")), (84, 1));
        let reverse = Reverse {
            reference: order.clone(),
            key: "r-1".into(),
            units: vec![range("A#1")],
        };
        let reversed = fixture
            .deliver_thrice(
                "reverse",
                can.moves,
                async |by| engine.reverse(&by, &reverse).await,
                async || engine.reversed(&tenant, &order, "r-1").await,
            )
            .await;
        assert_eq!(
            (reversed.from_pending, fixture.entries("cancel-pending")),
            (32, 1)
        );
        assert_eq!(fixture.buckets().await, [1_500, 52, 0, 0]);
        let mature = Mature {
            reference: order.clone(),
            key: "cap-1".into(),
            units: vec![range("A#1..A#2"), range("B#1")],
        };
        let matured = fixture
            .deliver_thrice(
                "mature",
                can.moves,
                async |by| engine.mature(&by, &mature).await,
                async || engine.matured(&tenant, &order, "cap-1").await,
            )
            .await;
        assert_eq!((matured.points, fixture.entries("mature")), (52, 1));
        assert_eq!(fixture.buckets().await, [1_552, 0, 0, 0]);
        let accrual = engine.accrued(&tenant, &order).await.unwrap().unwrap();
        let run = |units, points_each, state| RunAccrual {
            units: range(units),
            points_each,
            state,
        };
        let now = [
            run("A#1", 32, UnitAccrualState::Cancelled),
            run("A#2", 32, UnitAccrualState::Available),
            run("B#1", 20, UnitAccrualState::Available),
        ];
        assert_eq!(accrual.runs, now);
    }
}

#[tokio::test]
async fn a_release_stands_once_and_a_late_hold_is_refused() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let engine = fixture.engine();
        engine
            .hold(&delivery("hold", 1), &Hold::sample())
            .await
            .unwrap();
        let release = Release { reference: order() };
        let ability = engine.abilities().release;
        let released = fixture
            .deliver_thrice(
                "release",
                ability,
                async |by| engine.release(&by, &release).await,
                async || {
                    engine
                        .release(&delivery("seek", 1), &release)
                        .await
                        .map(Some)
                },
            )
            .await;
        assert_eq!((released.points, fixture.entries("release")), (1_000, 1));
        let late = delivery("hold", 2);
        let hold = Hold::sample();
        let answered = safely(
            &late,
            engine.abilities().moves,
            &*fixture.clock,
            || engine.hold(&late, &hold),
            async || active_hold(engine.held(&acme(), &hold.reference).await?),
        );
        assert_eq!(code(answered.await), "tombstoned");
        let never = Release {
            reference: "never-held".into(),
        };
        assert_eq!(
            engine
                .release(&delivery("none", 1), &never)
                .await
                .unwrap()
                .points,
            0
        );
        let hold = Hold {
            reference: "never-held".into(),
            ..hold
        };
        assert_eq!(
            code(engine.hold(&delivery("h-2", 1), &hold).await),
            "tombstoned"
        );
        assert_eq!(fixture.buckets().await, [1_500, 0, 0, 0]);
    }
}

#[tokio::test]
async fn once_the_key_may_be_forgotten_the_effect_is_looked_up() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let engine = fixture.engine();
        let accrue = Accrue::sample();
        let first = delivery("accrue", 2);
        let can = engine.abilities().moves;
        let tenant = acme();
        let attempt = async |at: &Delivery| {
            let call = || engine.accrue(at, &accrue);
            let probe = || engine.accrued(&tenant, &accrue.reference);
            safely(at, can, &*fixture.clock, call, probe).await
        };
        fixture.clock.advance(Duration::from_hours(47));
        let nothing = attempt(&first).await.unwrap_err();
        assert_eq!(nothing, Fault::NothingHappened { new_intent: true });
        let second = delivery("accrue-2", 1);
        let done = attempt(&second).await.unwrap();
        fixture.clock.advance(Duration::from_hours(72));
        let late = Delivery {
            attempt: NonZeroU32::new(2).unwrap(),
            ..second
        };
        assert_eq!(attempt(&late).await.unwrap(), done);
        assert_eq!(fixture.entries("earn-pending"), 1);
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused_with_its_code() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let engine = fixture.engine();
        let many = Hold {
            points: 1_501,
            ..Hold::sample()
        };
        assert_eq!(
            code(engine.hold(&delivery("1", 1), &many).await),
            "points_insufficient"
        );
        let stranger = Hold {
            member: MemberId("nobody".into()),
            ..Hold::sample()
        };
        assert_eq!(
            code(engine.hold(&delivery("2", 1), &stranger).await),
            "not_found"
        );
        let confirm = Confirm { reference: order() };
        assert_eq!(
            code(engine.confirm(&delivery("3", 1), &confirm).await),
            "not_found"
        );
    }
}

#[tokio::test]
async fn a_hold_in_the_wrong_state_is_refused_with_its_code() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let engine = fixture.engine();
        let confirm = Confirm { reference: order() };
        engine
            .hold(&delivery("4", 1), &Hold::sample())
            .await
            .unwrap();
        let restore = Restore {
            reference: order(),
            key: "r-1".into(),
            runs: vec![RunPoints {
                units: range("A#1..A#7"),
                points_each: 143,
            }],
        };
        assert_eq!(
            code(engine.restore(&delivery("5", 1), &restore).await),
            "wrong_state"
        );
        engine.confirm(&delivery("6", 1), &confirm).await.unwrap();
        assert_eq!(
            code(engine.restore(&delivery("7", 1), &restore).await),
            "points_exceeded"
        );
        let release = Release { reference: order() };
        assert_eq!(
            code(engine.release(&delivery("8", 1), &release).await),
            "wrong_state"
        );
        let other = Hold {
            points: 1,
            ..Hold::sample()
        };
        assert_eq!(
            code(engine.hold(&delivery("9", 1), &other).await),
            "reference_reused"
        );
        let short = Hold {
            reference: "o-2".into(),
            points: 10,
            expires_in_seconds: 60,
            ..Hold::sample()
        };
        engine.hold(&delivery("10", 1), &short).await.unwrap();
        fixture.clock.advance(Duration::from_mins(1));
        let confirm = Confirm {
            reference: "o-2".into(),
        };
        assert_eq!(
            code(engine.confirm(&delivery("11", 1), &confirm).await),
            "hold_expired"
        );
        assert_eq!(
            engine.held(&acme(), "o-2").await.unwrap().unwrap().state,
            HoldState::Expired
        );
    }
}

#[tokio::test]
async fn a_basket_is_worth_what_the_golden_scenario_says() {
    for own in Fixture::all(&Seed::demo()).await {
        let worth = own
            .engine()
            .evaluate(&acme(), &Evaluate::sample())
            .await
            .unwrap();
        assert_eq!(worth.promotions.len(), 1);
        assert_eq!(worth.promotions[0].amount.to_string(), "10.50 USD");
        let redemption = worth.redemption.unwrap();
        assert_eq!(
            (redemption.treatment, redemption.funding),
            (Treatment::PreTaxDiscount, Funding::Retailer)
        );
        assert_eq!(
            (redemption.points.quantity, redemption.value.minor),
            (1_000, 1_000)
        );
        assert_eq!((worth.earn.points, &*worth.program.0), (84, "stars"));
        assert_eq!(
            redemption
                .rate
                .value(1_000, redemption.value.currency)
                .unwrap(),
            redemption.value
        );
    }
}

#[tokio::test]
async fn a_sponsored_programme_pays_after_tax() {
    for sponsored in Fixture::all(&Seed::partner()).await {
        let worth = sponsored
            .engine()
            .evaluate(&acme(), &Evaluate::sample())
            .await
            .unwrap();
        let redemption = worth.redemption.unwrap();
        assert_eq!(redemption.treatment, Treatment::PostTaxTender);
        assert!(matches!(redemption.funding, Funding::ThirdParty { .. }));
        assert_eq!(
            (worth.earn.points, &*worth.program.0),
            (84, "partner-miles")
        );
    }
}

#[tokio::test]
async fn a_basket_that_was_sold_elsewhere_earns_on_its_price_there() {
    for own in Fixture::all(&Seed::demo()).await {
        let mut sold = Evaluate::sample();
        (sold.sold, sold.redeem) = (true, None);
        sold.codes.clear();
        sold.lines[0].discount = Some(crossdock_model::Money::new(1_000, sold.currency));
        let worth = own.engine().evaluate(&acme(), &sold).await.unwrap();
        assert_eq!((worth.promotions.len(), worth.redemption), (0, None));
        assert_eq!((worth.earn.points, worth.earn.base.minor), (95, 9_500));
    }
}

#[tokio::test]
async fn a_backend_in_trouble_is_told_by_what_can_be_done() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let engine = fixture.engine();
        let member = MemberId("member-ada".into());
        let hold = Hold::sample();
        fixture
            .faults
            .arm("POST *", FaultKind::Down, Times::Next(1));
        let down = engine.hold(&delivery("1", 1), &hold).await.unwrap_err();
        assert!(matches!(down, Fault::Retry { .. }), "{down}");
        fixture.faults.arm(
            "POST *",
            FaultKind::Throttle { retry_after: 7 },
            Times::Next(1),
        );
        let busy = engine.hold(&delivery("2", 1), &hold).await.unwrap_err();
        assert!(
            matches!(busy, Fault::Retry { after: Some(_), .. }),
            "{busy}"
        );
        fixture
            .faults
            .arm("POST *", FaultKind::Garbage, Times::Next(1));
        let garbage = engine.hold(&delivery("3", 1), &hold).await.unwrap_err();
        assert!(matches!(garbage, Fault::Unknown { .. }), "{garbage}");
        assert_eq!(
            engine.hold(&delivery("3", 2), &hold).await.unwrap().points,
            1_000
        );
        assert_eq!(fixture.entries("hold"), 1);
        let other = engine.account(&Tenant::from("other"), &member).await;
        assert_eq!(code(other), "not_found");
        let ledger = engine.ledger(&acme(), &member).await.unwrap();
        assert_eq!(
            (ledger.entries[0].kind.as_str(), ledger.entries[0].points()),
            ("hold", -1_000)
        );
    }
}
