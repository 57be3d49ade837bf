//! Journal lines: checked as a whole, then written, then added to balances kept apart.

use crate::wire::LedgerEntry;
use crossdock_books::{LARGEST_AMOUNT, Outcome, Tx, VendorError};
use crossdock_model::{Currency, Money};
use rusqlite::params;
use std::collections::BTreeMap;

/// A line that may be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) account: String,
    pub(crate) currency: String,
    pub(crate) debit: i64,
    pub(crate) credit: i64,
    pub(crate) text: Option<String>,
}

/// The lines of an entry, refused as a whole when one is wrong or they do not balance.
pub(crate) fn check(tx: &Tx<'_>, entries: &[LedgerEntry]) -> Outcome<Vec<Line>> {
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        known(tx, &entry.account)?;
        let debit = amount(&entry.debit, &entry.currency)?;
        let credit = amount(&entry.credit, &entry.currency)?;
        if (debit == 0) == (credit == 0) {
            let account = &entry.account;
            let message = format!("account {account}: exactly one of debit and credit is not zero");
            return Err(invalid(message));
        }
        *sums.entry(&entry.currency).or_default() += i128::from(debit) - i128::from(credit);
        lines.push(Line {
            account: entry.account.clone(),
            currency: entry.currency.clone(),
            debit,
            credit,
            text: entry.text.clone(),
        });
    }
    if let Some((currency, off)) = sums.into_iter().find(|(_, sum)| *sum != 0) {
        let message = format!("debits minus credits are {off} minor units of {currency}, not zero");
        return Err(VendorError::unprocessable("ENTRY_NOT_BALANCED", message).into());
    }
    Ok(lines)
}

/// Writes the lines of a document and what they make of the balances.
pub(crate) fn book(tx: &Tx<'_>, document: i64, company: &str, lines: &[Line]) -> Outcome<()> {
    let at = tx.now().as_millisecond();
    for line in lines {
        tx.prepare_cached(
            "INSERT INTO journal_line (document, company, account, currency, debit_minor, \
             credit_minor, text, posted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            document,
            company,
            line.account,
            line.currency,
            line.debit,
            line.credit,
            line.text,
            at
        ])?;
        tx.prepare_cached(
            "INSERT INTO account_balance VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (company, account, currency) DO UPDATE SET \
             debit_minor = debit_minor + excluded.debit_minor, \
             credit_minor = credit_minor + excluded.credit_minor",
        )?
        .execute(params![
            company,
            line.account,
            line.currency,
            line.debit,
            line.credit
        ])?;
    }
    Ok(())
}

/// Decimal text as minor units, not negative and not beyond reason.
pub(crate) fn amount(text: &str, currency: &str) -> Outcome<i64> {
    let currency = Currency::from_code(currency)
        .ok_or_else(|| VendorError::unprocessable("UNKNOWN_CURRENCY", currency.to_owned()))?;
    let money = Money::parse(text, currency).map_err(|error| invalid(error.to_string()))?;
    if money.is_negative() {
        return Err(invalid(format!("{money} is negative")));
    }
    if money.minor > LARGEST_AMOUNT {
        return Err(invalid(format!(
            "{money} is larger than any amount that is booked here"
        )));
    }
    Ok(money.minor)
}

/// The refusal of a document that breaks a rule of the books.
pub(crate) fn invalid(message: String) -> crossdock_books::JobError<VendorError> {
    VendorError::unprocessable("VALIDATION", message).into()
}

fn known(tx: &Tx<'_>, account: &str) -> Outcome<()> {
    let known: bool = tx
        .prepare_cached("SELECT count(*) > 0 FROM account WHERE number = ?1")?
        .query_row([account], |row| row.get(0))?;
    if known {
        return Ok(());
    }
    let message = format!("'{account}' is no account of the chart");
    Err(VendorError::unprocessable("UNKNOWN_ACCOUNT", message).into())
}
