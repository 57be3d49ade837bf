//! Extending a hold: safe to call twice, made again after a lapse, refused by what can be done.

use super::fixture::{Fixture, acme, order};
use crate::port::extended_hold;
use crossdock_model::{Clock as _, Delivery, Fault, Timestamp};
use crossdock_outbound::safely;
use crossdock_rig::{code, delivery};
use std::time::Duration;
use sys_loyalty_contract::{Confirm, Extend, Held, Hold, HoldState, Release};
use sys_loyalty_embedded::Seed;

const HOUR: Duration = Duration::from_hours(1);
const MONTH: Duration = Duration::from_hours(30 * 24);

/// An hour for the order of the sample.
fn an_hour() -> Extend {
    Extend {
        reference: order(),
        expires_in_seconds: 3_600,
    }
}

/// What the handler does with a delivery.
async fn extended(fixture: &Fixture, at: &Delivery, extend: &Extend) -> Result<Held, Fault> {
    let (engine, tenant) = (fixture.engine(), acme());
    let call = || engine.extend(at, extend);
    let probe = async || {
        let found = engine.held(&tenant, &extend.reference).await?;
        extended_hold(found, at, extend)
    };
    let can = engine.abilities().moves;
    safely(at, can, &*fixture.clock, call, probe).await
}

#[tokio::test]
async fn an_extension_stands_once_though_each_answer_was_lost() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let (engine, tenant, extend) = (fixture.engine(), acme(), an_hour());
        let hold = Hold::sample();
        let promised = engine.hold(&delivery("hold", 1), &hold).await.unwrap();
        let first = delivery("extend", 1);
        let extended = fixture
            .deliver_thrice(
                "extend",
                engine.abilities().moves,
                async |by| engine.extend(&by, &extend).await,
                async || {
                    let found = engine.held(&tenant, &extend.reference).await?;
                    extended_hold(found, &first, &extend)
                },
            )
            .await;
        let longer = Held {
            expires_at: fixture.clock.now() + HOUR,
            ..promised
        };
        assert_eq!(extended, longer);
        assert_eq!(fixture.entries("hold"), 1);
        assert_eq!(fixture.buckets().await, [500, 0, 1_000, 0]);
        let shorter = Extend {
            expires_in_seconds: 1,
            ..extend
        };
        let by = delivery("shorter", 1);
        assert_eq!(engine.extend(&by, &shorter).await.unwrap(), longer);
    }
}

#[tokio::test]
async fn a_lapsed_hold_is_made_again_also_under_a_key_that_extended_it_before() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let engine = fixture.engine();
        engine
            .hold(&delivery("hold", 1), &Hold::sample())
            .await
            .unwrap();
        for (attempt, holds) in [(1, 2), (2, 3)] {
            fixture.clock.advance(HOUR);
            let by = delivery("extend", attempt);
            let held = extended(&fixture, &by, &an_hour()).await.unwrap();
            assert_eq!(
                (held.state, held.expires_at),
                (HoldState::Held, fixture.clock.now() + HOUR)
            );
            assert_eq!(fixture.entries("hold"), holds);
            assert_eq!(fixture.buckets().await, [500, 0, 1_000, 0]);
        }
        let confirm = Confirm { reference: order() };
        let burnt = engine.confirm(&delivery("confirm", 1), &confirm).await;
        assert_eq!(burnt.unwrap().points, 1_000);
        let burnt = extended(&fixture, &delivery("late", 1), &an_hour()).await;
        assert_eq!(burnt.unwrap().state, HoldState::Confirmed);
        assert_eq!(fixture.buckets().await, [500, 0, 0, 0]);
    }
}

#[tokio::test]
async fn what_cannot_be_extended_is_refused_with_its_code() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let (engine, hour) = (fixture.engine(), an_hour());
        let unknown = extended(&fixture, &delivery("1", 1), &hour).await;
        assert_eq!(code(unknown), "not_found");
        engine
            .hold(&delivery("2", 1), &Hold::sample())
            .await
            .unwrap();
        fixture.clock.advance(HOUR);
        let other = Hold {
            reference: "o-2".into(),
            points: 501,
            ..Hold::sample()
        };
        engine.hold(&delivery("3", 1), &other).await.unwrap();
        let spent = extended(&fixture, &delivery("4", 1), &hour).await;
        assert_eq!(code(spent), "points_insufficient");
        assert_eq!(fixture.buckets().await, [999, 0, 501, 0]);
        let release = Release { reference: order() };
        engine.release(&delivery("5", 1), &release).await.unwrap();
        let released = extended(&fixture, &delivery("6", 1), &hour).await;
        assert_eq!(code(released), "tombstoned");
    }
}

#[tokio::test]
async fn once_the_key_may_be_forgotten_the_hold_shows_whether_it_was_extended() {
    for fixture in Fixture::all(&Seed::demo()).await {
        let engine = fixture.engine();
        engine
            .hold(&delivery("hold", 1), &Hold::sample())
            .await
            .unwrap();
        let month = Extend {
            expires_in_seconds: 2_592_000,
            ..an_hour()
        };
        let done = extended(&fixture, &delivery("extend", 1), &month).await;
        fixture.clock.advance(Duration::from_hours(72));
        let late = delivery("extend", 2);
        assert_eq!(extended(&fixture, &late, &month).await, done);
        let undated = Delivery {
            first_sent: Timestamp::UNIX_EPOCH,
            ..delivery("desk", 2)
        };
        let longer = extended(&fixture, &undated, &month).await.unwrap();
        assert_eq!(longer.expires_at, fixture.clock.now() + MONTH);
        fixture.clock.advance(MONTH);
        assert_eq!(
            extended(&fixture, &late, &month).await,
            Err(Fault::NothingHappened { new_intent: true })
        );
        let anew = extended(&fixture, &delivery("anew", 1), &month).await;
        assert_eq!(anew.unwrap().state, HoldState::Held);
        let release = Release { reference: order() };
        engine
            .release(&delivery("release", 1), &release)
            .await
            .unwrap();
        let released = extended(&fixture, &late, &month).await;
        assert_eq!(code(released), "tombstoned");
    }
}
