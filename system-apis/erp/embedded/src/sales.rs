//! Sales orders: recorded, perhaps cancelled, never booked.

use crate::documents::{self, DocumentHeader, Kind};
use crate::ledger::{amount, invalid};
use crate::periods;
use crate::posting::{Detail, cost, detail};
use crate::wire::{CancelSalesOrder, Document, NewSalesOrder};
use axum::extract::Path;
use crossdock_books::{Entry, Json, VendorError};
use rusqlite::{OptionalExtension as _, params};

pub(crate) async fn create(
    entry: Entry,
    Json(order): Json<NewSalesOrder>,
) -> Result<Json<Document>, VendorError> {
    let created = entry.write(move |tx| {
        documents::check(&order.company, &order.external_ref)?;
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
