//! The journal entries of a return, which mirror that of its sale.

use crossdock_model::Money;
use proc_order_contract::Funding;
use proc_return_contract::Return;
use sys_erp_contract::{Account, Journal};

/// The credit memo's entry. Revenue is what remains, so it balances by construction.
pub(crate) fn credit_journal(returned: &Return, liability: i64) -> Journal {
    let share = returned.share;
    let money = |minor| Money::new(minor, returned.currency);
    let restored = match &returned.funding {
        Some(Funding::ThirdParty { .. }) => Account::SponsorReceivable,
        Some(Funding::Retailer) | None => Account::PointsLiability,
    };
    let revenue = share.net_paid + share.burn_money - share.tax - liability;
    Journal::default()
        .debit(Account::Revenue, money(revenue))
        .debit(Account::TaxPayable, money(share.tax))
        .debit(Account::PointsLiability, money(liability))
        .credit(Account::RefundPayable, money(share.net_paid))
        .credit(restored, money(share.burn_money))
}

/// The refund has reached the customer: what was owed is paid from clearing.
pub(crate) fn settled_journal(refund: Money) -> Journal {
    Journal::default()
        .debit(Account::RefundPayable, refund)
        .credit(Account::Clearing, refund)
}

/// What was owed to the customer was paid from the retailer's bank account, by a person.
pub(crate) fn paid_by_hand_journal(amount: Money) -> Journal {
    Journal::default()
        .debit(Account::RefundPayable, amount)
        .credit(Account::Bank, amount)
}

#[cfg(test)]
#[path = "journals_tests.rs"]
mod tests;
