//! What a loyalty engine must be able to do, in canonical terms.

use async_trait::async_trait;
use crossdock_model::{Delivery, Fault, MemberId, Tenant, Timestamp};
use crossdock_outbound::{Ability, Lookup};
use std::fmt::Debug;
use std::time::Duration;
use sys_loyalty_contract::{
    Accrual, Accrue, Burnt, Confirm, Evaluate, Evaluation, Extend, Held, Hold, HoldState, Ledger,
    LoyaltyAccount, Mature, Matured, Release, Released, Restore, Restored, Reverse, Reversed,
};

/// How the engine keeps one effect one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abilities {
    /// Every movement of points but a release; an extension too, which moves them after a lapse.
    pub(crate) moves: Ability,
    /// A release leaves a tombstone under the order.
    pub(crate) release: Ability,
}

/// A connected loyalty engine; looking up what is not there is none.
#[async_trait]
pub(crate) trait LoyaltyBackend: Debug + Send + Sync {
    fn abilities(&self) -> Abilities;

    async fn account(&self, tenant: &Tenant, member: &MemberId) -> Result<LoyaltyAccount, Fault>;
    async fn ledger(&self, tenant: &Tenant, member: &MemberId) -> Result<Ledger, Fault>;
    async fn evaluate(&self, tenant: &Tenant, basket: &Evaluate) -> Result<Evaluation, Fault>;

    async fn hold(&self, delivery: &Delivery, hold: &Hold) -> Result<Held, Fault>;
    async fn held(&self, tenant: &Tenant, order: &str) -> Lookup<Held>;
    /// Never answers a hold as held whose time is over, not even for a key that was answered before.
    async fn extend(&self, delivery: &Delivery, extend: &Extend) -> Result<Held, Fault>;
    async fn confirm(&self, delivery: &Delivery, confirm: &Confirm) -> Result<Burnt, Fault>;
    async fn release(&self, delivery: &Delivery, release: &Release) -> Result<Released, Fault>;

    async fn accrue(&self, delivery: &Delivery, accrue: &Accrue) -> Result<Accrual, Fault>;
    async fn accrued(&self, tenant: &Tenant, order: &str) -> Lookup<Accrual>;
    async fn mature(&self, delivery: &Delivery, mature: &Mature) -> Result<Matured, Fault>;
    async fn matured(&self, tenant: &Tenant, order: &str, key: &str) -> Lookup<Matured>;
    async fn reverse(&self, delivery: &Delivery, reverse: &Reverse) -> Result<Reversed, Fault>;
    async fn reversed(&self, tenant: &Tenant, order: &str, key: &str) -> Lookup<Reversed>;
    async fn restore(&self, delivery: &Delivery, restore: &Restore) -> Result<Restored, Fault>;
    async fn restored(&self, tenant: &Tenant, order: &str, key: &str) -> Lookup<Restored>;
}

/// The hold that shows an attempt succeeded: only points that are still held, or burnt, were held by it.
pub(crate) fn active_hold(found: Option<Held>) -> Lookup<Held> {
    let Some(hold) = found else { return Ok(None) };
    match hold.state {
        HoldState::Held | HoldState::Confirmed => Ok(Some(hold)),
        HoldState::Expired => Ok(None),
        HoldState::Released => Err(Fault::refused(
            "tombstoned",
            format!(
                "the hold of {} was released before: place a new order",
                hold.order
            ),
        )),
    }
}

/// The hold that shows an extension succeeded: points that are held for as long as its first attempt asked.
pub(crate) fn extended_hold(
    found: Option<Held>,
    delivery: &Delivery,
    extend: &Extend,
) -> Lookup<Held> {
    let Some(hold) = active_hold(found)? else {
        return Ok(None);
    };
    // A caller without a delivery does not say when it first asked: its request is simply sent.
    let dated = delivery.first_sent != Timestamp::UNIX_EPOCH;
    let lasts = Duration::from_secs(u64::from(extend.expires_in_seconds));
    let until = delivery.first_sent.saturating_add(lasts);
    // Engines keep whole milliseconds.
    let until = until.unwrap_or(Timestamp::MAX).as_millisecond();
    let long_enough = hold.expires_at.as_millisecond() >= until;
    let shown = dated && hold.state == HoldState::Held && long_enough;
    Ok(shown.then_some(hold))
}
