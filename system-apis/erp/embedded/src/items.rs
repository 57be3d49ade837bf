//! The item master over HTTP.

use axum::extract::{Query, State};
use crossdock_books::{Book, Json, VendorError};
use crossdock_model::{Currency, Money, Timestamp};
use http::StatusCode;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};

/// The most codes of one search.
const MOST: usize = 500;

/// An item with its price of the moment.
const ITEM: &str = "SELECT p.sku, p.gtin, p.name, p.tax_category, p.brand, p.status, \
    r.currency, r.minor, r.valid_from, r.valid_until, r.version \
    FROM product p JOIN price r ON r.sku = p.sku \
    WHERE r.currency = coalesce(?1, p.currency) AND r.valid_from <= ?2 \
    AND (r.valid_until IS NULL OR r.valid_until > ?2) \
    AND r.version = (SELECT max(n.version) FROM price n WHERE n.sku = r.sku \
        AND n.currency = r.currency AND n.valid_from <= ?2 \
        AND (n.valid_until IS NULL OR n.valid_until > ?2))";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    code: String,
    ean: Option<String>,
    description: String,
    tax_class: String,
    brand: String,
    state: String,
    price: ItemPrice,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemPrice {
    amount: String,
    currency: String,
    valid_from: String,
    valid_until: Option<String>,
    version: u32,
}

#[derive(Debug, Serialize)]
pub(crate) struct Items {
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    after: Option<String>,
    limit: Option<u32>,
}

pub(crate) async fn list(
    State(book): State<Book>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Items>, VendorError> {
    let limit = query.limit.unwrap_or(50).clamp(1, 500);
    let after = query.after.unwrap_or_default();
    let now = book.now().as_millisecond();
    let mut items = book
        .read(|conn| {
            let sql = format!("{ITEM} AND p.sku > ?3 ORDER BY p.sku LIMIT ?4");
            let mut found = conn.prepare_cached(&sql)?;
            let rows = found.query_map(params![None::<String>, now, after, limit + 1], item)?;
            rows.collect::<rusqlite::Result<Vec<Item>>>()
        })
        .await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    Ok(Json(Items {
        items,
        more: Some(more),
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    codes: Vec<String>,
    #[serde(default)]
    currency: Option<String>,
}

pub(crate) async fn search(
    State(book): State<Book>,
    Json(search): Json<Search>,
) -> Result<Json<Items>, VendorError> {
    at_most(search.codes.len())?;
    let now = book.now().as_millisecond();
    let items = book
        .read(|conn| {
            let mut items = Vec::new();
            for code in &search.codes {
                items.extend(one(conn, code, search.currency.as_deref(), now)?);
            }
            Ok(items)
        })
        .await?;
    Ok(Json(Items { items, more: None }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriceQuery {
    code: String,
    currency: String,
}

pub(crate) async fn price(
    State(book): State<Book>,
    Query(query): Query<PriceQuery>,
) -> Result<Json<Item>, VendorError> {
    let now = book.now().as_millisecond();
    let PriceQuery { code, currency } = &query;
    let (known, priced) = book
        .read(|conn| {
            let known: bool = conn
                .prepare_cached("SELECT count(*) > 0 FROM product WHERE sku = ?1")?
                .query_row([code], |row| row.get(0))?;
            Ok((known, one(conn, code, Some(currency), now)?))
        })
        .await?;
    match priced {
        Some(item) => Ok(Json(item)),
        None if known => Err(missing(
            "NO_PRICE",
            format!("{code} has no price in {currency}"),
        )),
        None => Err(missing("UNKNOWN_ITEM", format!("{code} is no item"))),
    }
}

/// Refuses a search for more than an answer may hold.
pub(crate) fn at_most(asked: usize) -> Result<(), VendorError> {
    if asked <= MOST {
        return Ok(());
    }
    let message = format!("{asked} codes at once: ask for {MOST} at most");
    Err(VendorError::unprocessable("TOO_MANY_CODES", message))
}

fn missing(code: &'static str, message: String) -> VendorError {
    VendorError::new(StatusCode::NOT_FOUND, code, message)
}

fn one(
    conn: &Connection,
    code: &str,
    currency: Option<&str>,
    now: i64,
) -> rusqlite::Result<Option<Item>> {
    conn.prepare_cached(&format!("{ITEM} AND p.sku = ?3"))?
        .query_row(params![currency, now, code], item)
        .optional()
}

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    let currency: String = row.get(6)?;
    Ok(Item {
        code: row.get(0)?,
        ean: row.get(1)?,
        description: row.get(2)?,
        tax_class: row.get(3)?,
        brand: row.get(4)?,
        state: row.get(5)?,
        price: ItemPrice {
            amount: text(row.get(7)?, &currency),
            valid_from: time(row.get(8)?),
            valid_until: row.get::<_, Option<i64>>(9)?.map(time),
            version: row.get(10)?,
            currency,
        },
    })
}

/// Minor units as decimal text; a currency that nobody knows counts as whole units.
pub(crate) fn text(minor: i64, currency: &str) -> String {
    Currency::from_code(currency).map_or_else(
        || minor.to_string(),
        |currency| Money::new(minor, currency).amount(),
    )
}

/// Milliseconds since 1970 as RFC 3339.
pub(crate) fn time(ms: i64) -> String {
    Timestamp::from_millisecond(ms)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}
