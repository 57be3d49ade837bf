//! The entries of money that moved at the payment provider without having been asked for here.

use crossdock_model::Money;
use sys_erp_contract::{Account, Journal};

/// Money went back to the card, with what the provider charges for it. Until somebody says what it was for, the customer
/// has it in advance: the credit memo of the return that it was for settles the difference.
pub(crate) fn refunded(amount: Money, fee: Option<Money>) -> Journal {
    let journal = Journal::default()
        .debit(Account::RefundPayable, amount)
        .credit(Account::Clearing, amount);
    match fee {
        Some(fee) => journal
            .debit(Account::Fees, fee)
            .credit(Account::Clearing, fee),
        None => journal,
    }
}

/// What no unit accounts for was given to keep the customer.
pub(crate) fn given_as_goodwill(amount: Money) -> Journal {
    Journal::default()
        .debit(Account::Goodwill, amount)
        .credit(Account::RefundPayable, amount)
}

/// A person paid from the retailer's bank account what was owed.
pub(crate) fn paid_by_hand(amount: Money) -> Journal {
    Journal::default()
        .debit(Account::RefundPayable, amount)
        .credit(Account::Bank, amount)
}

/// Money was taken that no shipment has claimed: it is the customer's until one does.
pub(crate) fn captured(amount: Money) -> Journal {
    Journal::default()
        .debit(Account::Clearing, amount)
        .credit(Account::RefundPayable, amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::Currency;

    #[test]
    fn every_entry_balances_and_a_lost_dispute_costs_its_fee() {
        let usd = |minor| Money::new(minor, Currency::USD);
        let lost = refunded(usd(3485), Some(usd(1500)));
        for journal in [
            &lost,
            &refunded(usd(1), None),
            &captured(usd(1)),
            &given_as_goodwill(usd(1)),
        ] {
            assert!(journal.is_balanced());
        }
        let booked: Vec<_> = lost
            .lines
            .iter()
            .map(|l| (l.account, l.debit.minor, l.credit.minor))
            .collect();
        let expected = [
            (Account::RefundPayable, 3485, 0),
            (Account::Clearing, 0, 3485),
            (Account::Fees, 1500, 0),
            (Account::Clearing, 0, 1500),
        ];
        assert_eq!(booked, expected);
    }
}
