//! Double entries: every movement leaves one account and arrives on another.

use crossdock_books::{Entry, Json, Tx, VendorError};
use rusqlite::params;
use serde::Serialize;

/// The accounts of the ledger, by where the money is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Account {
    /// The cardholder's bank, where the money comes from.
    Issuer,
    /// Money that is held for the merchant.
    Reserved,
    /// Captured money that is not paid out yet.
    Receivable,
    /// Money that was paid out to the merchant.
    Merchant,
    /// Refunds that have not reached the cardholder yet.
    RefundPayable,
    /// What the provider charges the merchant.
    Fees,
}

impl Account {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Reserved => "reserved",
            Self::Receivable => "receivable",
            Self::Merchant => "merchant",
            Self::RefundPayable => "refund_payable",
            Self::Fees => "fees",
        }
    }
}

/// The kinds of movements there are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Authorise,
    Capture,
    /// Money that the merchant released.
    Cancel,
    /// Released because its time was up.
    Expire,
    /// Paid out to the merchant.
    CaptureSettled,
    Refund,
    RefundSettled,
    /// Refused by the cardholder's bank: the money is the merchant's again.
    RefundFailed,
    /// Sent back by the cardholder's bank after it had settled: the money is the merchant's again.
    RefundReturned,
    /// Claimed back by the cardholder's bank in a dispute that the merchant lost.
    Chargeback,
    /// What a lost dispute costs.
    DisputeFee,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Authorise => "authorise",
            Self::Capture => "capture",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
            Self::CaptureSettled => "capture_settled",
            Self::Refund => "refund",
            Self::RefundSettled => "refund_settled",
            Self::RefundFailed => "refund_failed",
            Self::RefundReturned => "refund_returned",
            Self::Chargeback => "chargeback",
            Self::DisputeFee => "dispute_fee",
        }
    }

    fn accounts(self) -> (Account, Account) {
        match self {
            Self::Authorise => (Account::Issuer, Account::Reserved),
            Self::Capture => (Account::Reserved, Account::Receivable),
            Self::Cancel | Self::Expire => (Account::Reserved, Account::Issuer),
            Self::CaptureSettled => (Account::Receivable, Account::Merchant),
            Self::Refund => (Account::Merchant, Account::RefundPayable),
            Self::RefundSettled => (Account::RefundPayable, Account::Issuer),
            Self::RefundFailed => (Account::RefundPayable, Account::Merchant),
            Self::RefundReturned => (Account::Issuer, Account::Merchant),
            Self::Chargeback => (Account::Merchant, Account::Issuer),
            Self::DisputeFee => (Account::Merchant, Account::Fees),
        }
    }

    /// What the movement changes of the payment's balance.
    fn balance(self) -> Option<&'static str> {
        Some(match self {
            // What a dispute takes is summed up from the disputes.
            Self::Authorise | Self::CaptureSettled | Self::Chargeback | Self::DisputeFee => {
                return None;
            }
            Self::Capture => "UPDATE balances SET captured = captured + ?2 WHERE payment = ?1",
            Self::Cancel => "UPDATE balances SET cancelled = cancelled + ?2 WHERE payment = ?1",
            Self::Expire => "UPDATE balances SET expired = expired + ?2 WHERE payment = ?1",
            Self::Refund => {
                "UPDATE balances SET refund_pending = refund_pending + ?2 WHERE payment = ?1"
            }
            Self::RefundSettled => {
                "UPDATE balances SET refund_pending = refund_pending - ?2, \
                 refunded = refunded + ?2 WHERE payment = ?1"
            }
            Self::RefundFailed => {
                "UPDATE balances SET refund_pending = refund_pending - ?2 WHERE payment = ?1"
            }
            Self::RefundReturned => {
                "UPDATE balances SET refunded = refunded - ?2 WHERE payment = ?1"
            }
        })
    }
}

/// One movement of one payment.
#[derive(Debug)]
pub(crate) struct Movement<'a> {
    pub(crate) kind: Kind,
    pub(crate) payment: &'a str,
    pub(crate) document: &'a str,
    pub(crate) amount: i64,
    pub(crate) currency: &'a str,
}

impl Movement<'_> {
    /// Writes both entries, with the payment's balance and the accounts' totals beside them.
    pub(crate) fn post(&self, tx: &Tx<'_>) -> rusqlite::Result<()> {
        let (from, to) = self.kind.accounts();
        for (account, amount) in [(from, -self.amount), (to, self.amount)] {
            tx.prepare_cached(
                "INSERT INTO ledger (payment, document, kind, account, amount, currency, at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                self.payment,
                self.document,
                self.kind.as_str(),
                account.as_str(),
                amount,
                self.currency,
                tx.now().as_millisecond()
            ])?;
            tx.prepare_cached(
                "INSERT INTO totals (account, currency, balance, entries) VALUES (?1, ?2, ?3, 1) \
                 ON CONFLICT (account, currency) DO UPDATE SET \
                 balance = balance + excluded.balance, entries = entries + 1",
            )?
            .execute(params![account.as_str(), self.currency, amount])?;
        }
        if let Some(sql) = self.kind.balance() {
            tx.prepare_cached(sql)?
                .execute(params![self.payment, self.amount])?;
        }
        Ok(())
    }
}

/// The next id of a table: by time, then by number.
pub(crate) fn number(
    tx: &Tx<'_>,
    prefix: &str,
    last_of_table: &str,
) -> rusqlite::Result<(i64, String)> {
    let last: i64 = tx
        .prepare_cached(last_of_table)?
        .query_row([], |row| row.get(0))?;
    let seq = last + 1;
    let at = tx.now().as_millisecond();
    Ok((seq, format!("{prefix}_{at:x}{seq:04x}")))
}

/// What one account holds of one currency.
#[derive(Debug, Serialize)]
pub(crate) struct Total {
    account: String,
    currency: String,
    balance: i64,
    entries: i64,
}

/// Every account's total, as it is kept beside the entries.
#[derive(Debug, Serialize)]
pub(crate) struct Totals {
    totals: Vec<Total>,
}

/// `GET /v1/ledger`: every account's balance, for an auditor.
pub(crate) async fn totals(entry: Entry) -> Result<Json<Totals>, VendorError> {
    let totals = entry
        .book()
        .read(|conn| {
            conn.prepare_cached(
                "SELECT account, currency, balance, entries FROM totals ORDER BY account, currency",
            )?
            .query_map([], |row| {
                Ok(Total {
                    account: row.get(0)?,
                    currency: row.get(1)?,
                    balance: row.get(2)?,
                    entries: row.get(3)?,
                })
            })?
            .collect()
        })
        .await?;
    Ok(Json(Totals { totals }))
}
