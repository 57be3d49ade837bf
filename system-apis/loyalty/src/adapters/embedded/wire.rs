//! The engine's answers, and what they are in canonical terms.

use crossdock_model::{Fault, MemberId, Program, Timestamp, UnitRange};
use crossdock_system::Vendor;
use serde::{Deserialize, Serialize};
use sys_loyalty_contract as canonical;
use sys_loyalty_contract::{HoldState, UnitAccrualState};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Details {
    /// Which of the codes that were entered.
    pub(super) position: Option<usize>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Account {
    member: String,
    program: Program,
    available: i64,
    pending: i64,
    held: i64,
    debt: i64,
    tier: String,
    lots: Vec<Lot>,
    as_of: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Lot {
    id: String,
    remaining: i64,
    expires_at: Timestamp,
    source: String,
}

impl From<Account> for canonical::LoyaltyAccount {
    fn from(from: Account) -> Self {
        Self {
            member: MemberId(from.member.into()),
            program: from.program,
            available: from.available,
            pending: from.pending,
            held: from.held,
            debt: from.debt,
            tier: from.tier,
            lots: from
                .lots
                .into_iter()
                .map(|lot| canonical::Lot {
                    id: lot.id,
                    quantity: lot.remaining,
                    expires: lot.expires_at,
                    source: lot.source,
                })
                .collect(),
            as_of: from.as_of,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Entries {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    id: String,
    at: Timestamp,
    kind: String,
    available: i64,
    pending: i64,
    held: i64,
    debt: i64,
    order: String,
    cause: Option<String>,
}

impl From<Entries> for canonical::Ledger {
    fn from(from: Entries) -> Self {
        let entries = from
            .entries
            .into_iter()
            .map(|entry| canonical::LedgerEntry {
                id: entry.id,
                at: entry.at,
                kind: entry.kind,
                available: entry.available,
                pending: entry.pending,
                held: entry.held,
                debt: entry.debt,
                reference: entry.order,
                key: entry.cause,
            });
        Self {
            entries: entries.collect(),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Redemption {
    id: String,
    order: String,
    member: String,
    points: i64,
    lots: Vec<LotUse>,
    expires_at: Timestamp,
    status: String,
}

#[derive(Debug, Deserialize)]
struct LotUse {
    lot: String,
    quantity: i64,
}

fn lots(used: Vec<LotUse>) -> Vec<canonical::LotUse> {
    let lot = |used: LotUse| canonical::LotUse {
        lot: used.lot,
        quantity: used.quantity,
    };
    used.into_iter().map(lot).collect()
}

impl Redemption {
    pub(super) fn canonical(self, engine: &Vendor) -> Result<canonical::Held, Fault> {
        let state = match self.status.as_str() {
            "held" => HoldState::Held,
            "confirmed" | "captured" => HoldState::Confirmed,
            "released" | "cancelled" => HoldState::Released,
            "expired" | "lapsed" => HoldState::Expired,
            other => return Err(Fault::poison(format!("a redemption in state '{other}'"))),
        };
        Ok(canonical::Held {
            reference: engine.reference("hold", self.id),
            order: self.order,
            member: MemberId(self.member.into()),
            points: self.points,
            lots: lots(self.lots),
            expires_at: self.expires_at,
            state,
        })
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Moved {
    pub(super) id: String,
    pub(super) points: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    id: String,
    points: i64,
    debt_paid: i64,
    lots: Vec<LotUse>,
}

impl Refund {
    pub(super) fn canonical(self, engine: &Vendor) -> canonical::Restored {
        canonical::Restored {
            reference: engine.reference("restore", self.id),
            points: self.points,
            debt_paid: self.debt_paid,
            lots: lots(self.lots),
        }
    }
}

/// A run of units as the engine is asked for it.
#[derive(Debug, Serialize)]
pub(super) struct RunPoints<'a> {
    units: &'a UnitRange,
    points_each: i64,
}

pub(super) fn runs(runs: &[canonical::RunPoints]) -> Vec<RunPoints<'_>> {
    let runs = runs.iter().map(|run| RunPoints {
        units: &run.units,
        points_each: run.points_each,
    });
    runs.collect()
}

#[derive(Debug, Deserialize)]
pub(super) struct Earning {
    id: String,
    order: String,
    member: String,
    rule: String,
    points: i64,
    runs: Vec<EarnedRun>,
}

#[derive(Debug, Deserialize)]
struct EarnedRun {
    units: UnitRange,
    points_each: i64,
    status: String,
}

fn state(status: &str) -> Result<UnitAccrualState, Fault> {
    match status {
        "pending" => Ok(UnitAccrualState::Pending),
        "available" | "matured" => Ok(UnitAccrualState::Available),
        "cancelled" => Ok(UnitAccrualState::Cancelled),
        "reversed" => Ok(UnitAccrualState::Reversed),
        other => Err(Fault::poison(format!("an earning in state '{other}'"))),
    }
}

impl Earning {
    pub(super) fn canonical(self, engine: &Vendor) -> Result<canonical::Accrual, Fault> {
        let runs = self.runs.into_iter().map(|earned| {
            let state = state(&earned.status)?;
            Ok(canonical::RunAccrual {
                units: earned.units,
                points_each: earned.points_each,
                state,
            })
        });
        Ok(canonical::Accrual {
            reference: engine.reference("accrual", self.id),
            order: self.order,
            member: MemberId(self.member.into()),
            rule: self.rule,
            points: self.points,
            runs: runs.collect::<Result<_, Fault>>()?,
        })
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Maturity {
    id: String,
    points: i64,
    debt_paid: i64,
    lot: Option<String>,
}

impl Maturity {
    pub(super) fn canonical(self, engine: &Vendor) -> canonical::Matured {
        canonical::Matured {
            reference: engine.reference("maturity", self.id),
            points: self.points,
            debt_paid: self.debt_paid,
            lot: self.lot,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Reversal {
    id: String,
    points: i64,
    from_pending: i64,
    from_available: i64,
    debt: i64,
    runs: Vec<EarnedRun>,
}

impl Reversal {
    pub(super) fn canonical(self, engine: &Vendor) -> Result<canonical::Reversed, Fault> {
        let runs = self.runs.into_iter().map(|taken| {
            let state = state(&taken.status)?;
            Ok(canonical::RunReversal {
                units: taken.units,
                points_each: taken.points_each,
                state,
            })
        });
        Ok(canonical::Reversed {
            reference: engine.reference("reversal", self.id),
            points: self.points,
            from_pending: self.from_pending,
            from_available: self.from_available,
            debt: self.debt,
            runs: runs.collect::<Result<_, Fault>>()?,
        })
    }
}
