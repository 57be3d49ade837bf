//! Sales orders: recorded, perhaps amended or cancelled, never booked.

use crate::documents::{self, DocumentHeader, Kind};
use crate::ledger::{amount, invalid};
use crate::periods;
use crate::posting::{Detail, cost, detail};
use crate::wire::{CancelSalesOrder, Document, NewSalesOrder, NewSalesOrderAmendment};
use axum::extract::Path;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use rusqlite::{OptionalExtension as _, params};
use std::collections::BTreeMap;

pub(crate) async fn create(
    entry: Entry,
    Json(order): Json<NewSalesOrder>,
) -> Result<Json<Document>, VendorError> {
    let created = entry.write(move |tx| {
        documents::check(tx, Kind::SalesOrder, &order.company, &order.external_ref)?;
        let total = amount(&order.total, &order.currency)?;
        if order.items.is_empty() {
            return Err(invalid("a sales order without items".to_owned()));
        }
        let mut details = Vec::new();
        for item in &order.items {
            cost(tx, &item.item, item.qty)?;
            details.push(Detail {
                line: &item.line,
                sku: &item.item,
                quantity: item.qty,
                currency: Some(&order.currency),
                unit: Some(amount(&item.unit_price, &order.currency)?),
                net: Some(amount(&item.net, &order.currency)?),
                tax: None,
            });
        }
        let head = DocumentHeader {
            kind: Kind::SalesOrder,
            company: &order.company,
            reference: &order.external_ref,
            order: Some(&order.external_ref),
            customer: order.customer.as_deref(),
            total: Some((total, &order.currency)),
            text: None,
        };
        let id = documents::open(tx, &head, &periods::today(tx, None, None))?;
        detail(tx, id, &details)?;
        Ok(documents::read(tx, id)?)
    });
    Ok(Json(created.await?))
}

/// Takes units off a sales order; the same request again takes them off again.
pub(crate) async fn amend(
    entry: Entry,
    Json(amendment): Json<NewSalesOrderAmendment>,
) -> Result<Json<Document>, VendorError> {
    let amended = entry.write(move |tx| {
        let kind = Kind::SalesOrderAmendment;
        documents::check(tx, kind, &amendment.company, &amendment.external_ref)?;
        let total = amount(&amendment.total, &amendment.currency)?;
        if amendment.items.is_empty() {
            return Err(invalid("an amendment without items".to_owned()));
        }
        for item in &amendment.items {
            cost(tx, &item.item, item.qty)?;
        }
        let details: Vec<Detail<'_>> = amendment.items.iter().map(Detail::from).collect();
        amendable(tx, &amendment)?;
        enough(tx, &amendment)?;
        let head = DocumentHeader {
            kind,
            company: &amendment.company,
            reference: &amendment.external_ref,
            order: Some(&amendment.order_ref),
            customer: None,
            total: Some((total, &amendment.currency)),
            text: Some(amendment.reason.clone()),
        };
        let id = documents::open(tx, &head, &periods::today(tx, None, None))?;
        detail(tx, id, &details)?;
        Ok(documents::read(tx, id)?)
    });
    Ok(Json(amended.await?))
}

/// Refuses to amend where no sales order stands, or one of another currency.
fn amendable(tx: &Tx<'_>, amendment: &NewSalesOrderAmendment) -> Outcome<()> {
    let NewSalesOrderAmendment {
        company,
        order_ref,
        currency,
        ..
    } = amendment;
    // One that stands comes before those that were cancelled.
    let found: Option<(String, Option<i64>)> = tx
        .prepare_cached(
            "SELECT currency, cancelled_at FROM document \
             WHERE reference = ?1 AND company = ?2 AND kind = ?3 \
             ORDER BY cancelled_at IS NOT NULL, id LIMIT 1",
        )?
        .query_row(
            params![order_ref, company, Kind::SalesOrder.code()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    match found {
        None => Err(invalid(format!(
            "no sales order stands under {order_ref}: post it before it is amended"
        ))),
        Some((_, Some(_))) => Err(invalid(format!(
            "the sales order of {order_ref} was cancelled: nothing can be taken off it"
        ))),
        Some((sold_in, None)) if sold_in != *currency => Err(invalid(format!(
            "the sales order of {order_ref} is in {sold_in}: amend it in that currency"
        ))),
        Some(_) => Ok(()),
    }
}

/// Refuses to take more off a line than the sales order and its amendments leave of it.
fn enough(tx: &Tx<'_>, amendment: &NewSalesOrderAmendment) -> Outcome<()> {
    let mut left = left(tx, &amendment.company, &amendment.order_ref)?;
    for item in &amendment.items {
        let key = (item.line.clone(), item.item.clone());
        let units = left.entry(key).or_default();
        if item.qty > *units {
            return Err(invalid(format!(
                "{} of {} to take off line {}, {units} left: take off no more than that",
                item.qty, item.item, item.line
            )));
        }
        *units -= item.qty;
    }
    Ok(())
}

/// Units by line and item.
type Units = BTreeMap<(String, String), i64>;

/// What an order's sales order has of each line, less what was taken off it.
fn left(tx: &Tx<'_>, company: &str, order: &str) -> Outcome<Units> {
    let (sold, taken) = (Kind::SalesOrder.code(), Kind::SalesOrderAmendment.code());
    let units = tx
        .prepare_cached(
            "SELECT l.line, l.sku, sum(CASE d.kind WHEN ?3 THEN l.quantity ELSE -l.quantity END) \
             FROM document d JOIN document_line l ON l.document = d.id \
             WHERE d.order_ref = ?1 AND d.company = ?2 AND d.kind IN (?3, ?4) \
             AND d.cancelled_at IS NULL GROUP BY l.line, l.sku",
        )?
        .query_map(params![order, company, sold, taken], |row| {
            let line: (String, String) = (row.get(0)?, row.get(1)?);
            let units: i64 = row.get(2)?;
            Ok((line, units))
        })?
        .collect::<rusqlite::Result<Units>>()?;
    Ok(units)
}

pub(crate) async fn cancel(
    entry: Entry,
    Path(number): Path<String>,
    Json(cancel): Json<CancelSalesOrder>,
) -> Result<Json<Document>, VendorError> {
    let cancelled = entry.write(move |tx| {
        let found: Option<(i64, Option<i64>)> = tx
            .prepare_cached(
                "SELECT id, cancelled_at FROM document WHERE number = ?1 AND kind = ?2",
            )?
            .query_row(params![number, Kind::SalesOrder.code()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (id, before) = found.ok_or_else(|| VendorError::not_found("sales order"))?;
        if before.is_some() {
            let message = format!("{number} was cancelled before");
            return Err(VendorError::conflict("ALREADY_CANCELLED", message).into());
        }
        tx.prepare_cached(
            "UPDATE document SET cancelled_at = ?2, cancel_reason = ?3 WHERE id = ?1",
        )?
        .execute(params![id, tx.now().as_millisecond(), cancel.reason])?;
        tx.effect("SO-cancelled", &number);
        Ok(documents::read(tx, id)?)
    });
    Ok(Json(cancelled.await?))
}
