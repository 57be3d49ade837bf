//! The OMS's own HTTP API: its paths, and what each does with the books.

use crate::wire::{
    Fulfilment, Hold, LineCancellation, NewCount, NewExtension, NewHold, NewLineCancellation,
    NewOrder, NewReceipt, Order, PickRequest, Receipt, RejectRequest, ReleasedStock, ShipRequest,
    StockLevels, StockRow,
};
use crate::work::{self, Step};
use crate::{count, fulfilment, hold, line_cancellation, order, order_entry, receipt, stock};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use crossdock_books::{Book, Entry, JobError, Json, VendorError};
use serde::Deserialize;

type Answer<T> = Result<Json<T>, VendorError>;

/// Everything a merchant's system may ask.
pub(crate) fn router(book: Book) -> Router {
    let fulfilment = "/v1/{merchant}/fulfilments/{no}";
    Router::new()
        .route("/v1/stock", get(show_stock))
        .route("/v1/{merchant}/holds", post(make_hold))
        .route(
            "/v1/{merchant}/holds/{order_no}",
            get(show_hold).delete(drop_hold),
        )
        .route("/v1/{merchant}/holds/{order_no}/extend", post(extend_hold))
        .route("/v1/{merchant}/orders", post(make_order))
        .route("/v1/{merchant}/orders/{order_no}", get(show_order))
        .route(
            "/v1/{merchant}/orders/{order_no}/cancel",
            post(cancel_order),
        )
        .route(
            "/v1/{merchant}/orders/{order_no}/line-cancellations",
            post(cancel_lines),
        )
        .route(
            "/v1/{merchant}/line-cancellations/{cancellation_no}",
            get(show_line_cancellation),
        )
        .route(fulfilment, get(show_job))
        .route(&format!("{fulfilment}/accept"), post(accept))
        .route(&format!("{fulfilment}/reject"), post(reject))
        .route(&format!("{fulfilment}/pick"), post(pick))
        .route(&format!("{fulfilment}/pack"), post(pack))
        .route(&format!("{fulfilment}/authorise"), post(authorise))
        .route(&format!("{fulfilment}/ship"), post(ship))
        .route("/v1/{merchant}/counts", post(make_count))
        .route("/v1/{merchant}/receipts", post(make_receipt))
        .route("/v1/{merchant}/receipts/{return_no}", get(show_receipt))
        .with_state(book)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StockQuery {
    /// The SKUs, separated by spaces.
    skus: String,
}

async fn show_stock(
    State(book): State<Book>,
    Query(query): Query<StockQuery>,
) -> Answer<StockLevels> {
    give_back_due(&book).await?;
    let skus: Vec<&str> = query.skus.split_whitespace().collect();
    let now = book.now();
    Ok(Json(
        book.read(|books| stock::answer(books, &skus, now)).await?,
    ))
}

async fn make_hold(
    entry: Entry,
    Path(merchant): Path<String>,
    Json(ask): Json<NewHold>,
) -> Answer<Hold> {
    let hold = entry
        .write(move |tx| hold::reserve(tx, &merchant, &ask))
        .await?;
    Ok(Json(hold))
}

async fn show_hold(
    State(book): State<Book>,
    Path((merchant, order_no)): Path<(String, String)>,
) -> Answer<Hold> {
    give_back_due(&book).await?;
    let hold = book
        .read(|books| {
            let row = hold::find(books, &merchant, &order_no)?;
            row.map(|row| hold::view(books, &row)).transpose()
        })
        .await?;
    found(hold, "reservation")
}

async fn extend_hold(
    entry: Entry,
    Path((merchant, order_no)): Path<(String, String)>,
    Json(ask): Json<NewExtension>,
) -> Answer<Hold> {
    let hold = entry
        .write(move |tx| hold::extend(tx, &merchant, &order_no, ask.ttl_seconds))
        .await?;
    Ok(Json(hold))
}

async fn drop_hold(
    entry: Entry,
    Path((merchant, order_no)): Path<(String, String)>,
) -> Answer<ReleasedStock> {
    let released = entry.write(move |tx| {
        hold::expire_due(tx)?;
        hold::release(tx, &merchant, &order_no)
    });
    Ok(Json(released.await?))
}

async fn make_order(
    entry: Entry,
    Path(merchant): Path<String>,
    Json(ask): Json<NewOrder>,
) -> Answer<Order> {
    let order = entry
        .write(move |tx| order_entry::create(tx, &merchant, &ask))
        .await?;
    Ok(Json(order))
}

async fn show_order(
    State(book): State<Book>,
    Path((merchant, order_no)): Path<(String, String)>,
) -> Answer<Order> {
    let order = book
        .read(|books| {
            let row = order::find(books, &merchant, &order_no)?;
            row.map(|row| order_entry::view(books, &row)).transpose()
        })
        .await?;
    found(order, "order")
}

async fn cancel_order(
    entry: Entry,
    Path((merchant, order_no)): Path<(String, String)>,
) -> Answer<ReleasedStock> {
    let released = entry
        .write(move |tx| order_entry::cancel(tx, &merchant, &order_no))
        .await?;
    Ok(Json(released))
}

async fn cancel_lines(
    entry: Entry,
    Path((merchant, order_no)): Path<(String, String)>,
    Json(ask): Json<NewLineCancellation>,
) -> Answer<LineCancellation> {
    let cancelled = entry
        .write(move |tx| line_cancellation::cancel(tx, &merchant, &order_no, &ask))
        .await?;
    Ok(Json(cancelled))
}

async fn show_line_cancellation(
    State(book): State<Book>,
    Path((merchant, cancellation_no)): Path<(String, String)>,
) -> Answer<LineCancellation> {
    let cancelled = book
        .read(|books| line_cancellation::find(books, &merchant, &cancellation_no))
        .await?;
    found(
        cancelled.map(|(_, cancelled)| cancelled),
        "line cancellation",
    )
}

async fn show_job(
    State(book): State<Book>,
    Path((merchant, no)): Path<(String, String)>,
) -> Answer<Fulfilment> {
    let shown = book
        .read(|books| match fulfilment::find(books, &merchant, &no) {
            Ok(fulfilment) => fulfilment::view(books, &fulfilment).map(Ok),
            Err(JobError::Refuse(no)) => Ok(Err(no)),
            Err(JobError::Sql(error)) => Err(error),
        })
        .await?;
    shown.map(Json)
}

async fn accept(entry: Entry, path: Path<(String, String)>) -> Answer<Fulfilment> {
    step(entry, path, Step::Accept).await
}

async fn reject(
    entry: Entry,
    path: Path<(String, String)>,
    Json(body): Json<RejectRequest>,
) -> Answer<Fulfilment> {
    let reason = body.reason;
    step(entry, path, Step::Reject { reason }).await
}

async fn pick(
    entry: Entry,
    path: Path<(String, String)>,
    Json(body): Json<PickRequest>,
) -> Answer<Fulfilment> {
    step(entry, path, Step::Pick(body)).await
}

async fn pack(entry: Entry, path: Path<(String, String)>) -> Answer<Fulfilment> {
    step(entry, path, Step::Pack).await
}

async fn authorise(entry: Entry, path: Path<(String, String)>) -> Answer<Fulfilment> {
    step(entry, path, Step::Authorise).await
}

async fn ship(
    entry: Entry,
    path: Path<(String, String)>,
    Json(body): Json<ShipRequest>,
) -> Answer<Fulfilment> {
    step(entry, path, Step::Ship(body)).await
}

async fn make_count(
    entry: Entry,
    Path(merchant): Path<String>,
    Json(ask): Json<NewCount>,
) -> Answer<StockRow> {
    let shelf = entry
        .write(move |tx| count::book(tx, &merchant, &ask))
        .await?;
    Ok(Json(shelf))
}

async fn make_receipt(
    entry: Entry,
    Path(merchant): Path<String>,
    Json(ask): Json<NewReceipt>,
) -> Answer<Receipt> {
    let receipt = entry
        .write(move |tx| receipt::book(tx, &merchant, &ask))
        .await?;
    Ok(Json(receipt))
}

async fn show_receipt(
    State(book): State<Book>,
    Path((merchant, return_no)): Path<(String, String)>,
) -> Answer<Receipt> {
    let receipt = book
        .read(|books| receipt::find(books, &merchant, &return_no))
        .await?;
    found(receipt.map(|(_, receipt)| receipt), "receipt")
}

async fn step(
    entry: Entry,
    Path((merchant, no)): Path<(String, String)>,
    step: Step,
) -> Answer<Fulfilment> {
    let shown = entry
        .write(move |tx| work::take(tx, &merchant, &no, &step))
        .await?;
    Ok(Json(shown))
}

/// Readers see what has run out as given back.
async fn give_back_due(book: &Book) -> Result<(), VendorError> {
    let now = book.now();
    if book
        .read(|books| hold::is_something_due(books, now))
        .await?
    {
        book.write(hold::expire_due).await?;
    }
    Ok(())
}

fn found<T>(thing: Option<T>, what: &str) -> Answer<T> {
    thing.map(Json).ok_or_else(|| VendorError::not_found(what))
}
