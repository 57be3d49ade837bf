//! Journal entries: amounts on both sides of accounts that the shop can name.

use crossdock_model::{Currency, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An account by its use; the adapter knows its number in the vendor's chart.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Account {
    /// Card money captured and not yet paid out.
    Clearing,
    /// The retailer's account at its bank, debited by payouts.
    Bank,
    /// What the payment provider keeps.
    Fees,
    /// Income from the sale of goods, without tax.
    Revenue,
    /// Income from delivery charges, without tax.
    ShippingRevenue,
    /// Tax that was collected from customers and is owed to the authority.
    TaxPayable,
    /// Points given and not yet redeemed.
    PointsLiability,
    /// What sponsors owe for points that they fund.
    SponsorReceivable,
    /// Refunds decided and not yet paid.
    RefundPayable,
    /// Goods on hand, at cost.
    Inventory,
    /// Cost of what was sold.
    CostOfGoodsSold,
    /// Income from points that expired before anybody burnt them.
    Breakage,
    /// Given to keep a customer.
    Goodwill,
    /// Differences that a policy accepts without a correction.
    Variance,
}

/// The lines of an entry; debits equal credits in every currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Journal {
    /// In the order in which they are read.
    #[schema(max_items = 200)]
    pub lines: Vec<JournalLine>,
}

/// An amount on one side of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JournalLine {
    /// The account that the line books on.
    pub account: Account,
    /// Zero where credit is not.
    pub debit: Money,
    /// Zero where debit is not.
    pub credit: Money,
    /// A note for the accountant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub text: Option<String>,
}

/// A journal entry of its own: a refund settled, a payout, an expiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "reference": "refund-7f3", "template": "refund-settled", "source": "return-9c1",
    "journal": {"lines": [
        {"account": "refund-payable", "debit": {"amount": "34.85", "currency": "USD"}, "credit": {"amount": "0.00", "currency": "USD"}},
        {"account": "clearing", "debit": {"amount": "0.00", "currency": "USD"}, "credit": {"amount": "34.85", "currency": "USD"}}
    ]}
}))]
pub struct JournalEntry {
    /// Our reference: one entry for each.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The posting template that made it, `refund-settled`.
    #[schema(min_length = 1, max_length = 64)]
    pub template: String,
    /// What it stems from: an event, an order, a return.
    #[schema(min_length = 1, max_length = 128)]
    pub source: String,
    /// The lines, whose debits and credits balance in each currency.
    pub journal: Journal,
    /// Today where absent; name a day of an open period when the right one is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub posting_date: Option<Date>,
    /// The day it belongs to, when `postingDate` had to be another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub origin_date: Option<Date>,
}

impl Journal {
    /// With an amount on the debit side; nothing is left out.
    #[must_use]
    pub fn debit(mut self, account: Account, amount: Money) -> Self {
        if !amount.is_zero() {
            let credit = Money::zero(amount.currency);
            self.lines.push(JournalLine {
                account,
                debit: amount,
                credit,
                text: None,
            });
        }
        self
    }

    /// With an amount on the credit side; nothing is left out.
    #[must_use]
    pub fn credit(mut self, account: Account, amount: Money) -> Self {
        if !amount.is_zero() {
            let debit = Money::zero(amount.currency);
            self.lines.push(JournalLine {
                account,
                debit,
                credit: amount,
                text: None,
            });
        }
        self
    }

    /// The entry that undoes this one: both sides exchanged.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let turned = |line: &JournalLine| JournalLine {
            debit: line.credit,
            credit: line.debit,
            ..line.clone()
        };
        Self {
            lines: self.lines.iter().map(turned).collect(),
        }
    }

    /// Debits minus credits per currency, in minor units; an entry that balances has only zeros.
    pub fn differences(&self) -> Vec<(Currency, i128)> {
        let mut sums: Vec<(Currency, i128)> = Vec::new();
        let sides = self.lines.iter().flat_map(|line| {
            let debit = (line.debit.currency, i128::from(line.debit.minor));
            [
                debit,
                (line.credit.currency, -i128::from(line.credit.minor)),
            ]
        });
        for (currency, minor) in sides {
            match sums.iter_mut().find(|(of, _)| *of == currency) {
                Some((_, sum)) => *sum += minor,
                None => sums.push((currency, minor)),
            }
        }
        sums
    }

    /// Whether debits equal credits in every currency.
    pub fn is_balanced(&self) -> bool {
        self.differences().iter().all(|(_, minor)| *minor == 0)
    }

    /// A sale as posted at shipment (scenario G1, points funded by the retailer).
    pub fn sample() -> Self {
        let usd = |minor| Money::new(minor, Currency::USD);
        Self::default()
            .debit(Account::Clearing, usd(9647))
            .debit(Account::PointsLiability, usd(1000))
            .credit(Account::Revenue, usd(9366))
            .credit(Account::ShippingRevenue, usd(500))
            .credit(Account::TaxPayable, usd(697))
            .credit(Account::PointsLiability, usd(84))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_and_its_reversal_both_balance() {
        let sale = Journal::sample();
        assert!(sale.is_balanced());
        assert!(sale.reversed().is_balanced());
        assert_eq!(sale.reversed().reversed(), sale);
    }

    #[test]
    fn each_currency_balances_on_its_own() {
        let mixed = Journal::default()
            .debit(Account::Bank, Money::new(100, Currency::USD))
            .credit(Account::Clearing, Money::new(100, Currency::EUR));
        assert!(!mixed.is_balanced());
    }

    #[test]
    fn nothing_is_no_line() {
        let entry = Journal::default().debit(Account::Bank, Money::zero(Currency::USD));
        assert!(entry.lines.is_empty());
    }
}
