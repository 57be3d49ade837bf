//! What is booked: invoices, credit memos, entries of their own.

use crate::port::Posting;
use crate::post_once::PostingRequest;
use crossdock_problem::{Json, Problem};
use sys_erp_contract::{CreditMemo, Invoice, JournalEntry, Posted};

/// Bill a shipment and book the sale.
#[utoipa::path(
    post, path = "/invoices", operation_id = "erp_post_invoice", tag = "journal",
    security(("bearer" = ["erp:write"])),
    request_body = Invoice,
    responses(
        (status = 200, description = "The one invoice of that reference", body = Posted),
        (status = 409, description = "The period is closed, or the reference stands with other content", body = Problem),
        (status = 422, description = "The journal does not balance, or the ERP rejects it", body = Problem),
        (status = 502, description = "The outcome is not known: ask again with the same delivery", body = Problem),
        (status = 503, description = "The ERP cannot answer now; nothing was posted", body = Problem),
    ),
    extensions(
        ("x-domain" = json!("finance")), ("x-pattern" = json!("hybrid")), ("x-latency-ms" = json!(300)),
        ("x-limit-class" = json!("posting")), ("x-degrade" = json!("posted by its workflow once the ERP is back")),
        ("x-data-class" = json!("internal")),
    ),
)]
pub(crate) async fn post_invoice(
    request: PostingRequest,
    Json(invoice): Json<Invoice>,
) -> Result<Json<Posted>, Problem> {
    request.post_once(Posting::Invoice(&invoice)).await
}

/// Book what is owed to a customer.
#[utoipa::path(
    post, path = "/credit-memos", operation_id = "erp_post_credit_memo", tag = "journal",
    security(("bearer" = ["erp:write"])),
    request_body = CreditMemo,
    responses(
        (status = 200, description = "The one credit memo of that reference", body = Posted),
        (status = 409, description = "The period is closed, or the reference stands with other content", body = Problem),
        (status = 422, description = "The journal does not balance, or the ERP rejects it", body = Problem),
        (status = 502, description = "The outcome is not known: ask again with the same delivery", body = Problem),
        (status = 503, description = "The ERP cannot answer now; nothing was posted", body = Problem),
    ),
    extensions(
        ("x-domain" = json!("finance")), ("x-pattern" = json!("hybrid")), ("x-latency-ms" = json!(300)),
        ("x-limit-class" = json!("posting")), ("x-degrade" = json!("posted by its workflow once the ERP is back")),
        ("x-data-class" = json!("internal")),
    ),
)]
pub(crate) async fn post_credit_memo(
    request: PostingRequest,
    Json(memo): Json<CreditMemo>,
) -> Result<Json<Posted>, Problem> {
    request.post_once(Posting::CreditMemo(&memo)).await
}

/// Book an entry of its own: a refund settled, a payout, an expiry.
#[utoipa::path(
    post, path = "/journal-entries", operation_id = "erp_post_journal", tag = "journal",
    security(("bearer" = ["erp:write"])),
    request_body = JournalEntry,
    responses(
        (status = 200, description = "The one entry of that reference", body = Posted),
        (status = 409, description = "The period is closed, or the reference stands with other content", body = Problem),
        (status = 422, description = "The journal does not balance, or the ERP rejects it", body = Problem),
        (status = 502, description = "The outcome is not known: ask again with the same delivery", body = Problem),
        (status = 503, description = "The ERP cannot answer now; nothing was posted", body = Problem),
    ),
    extensions(
        ("x-domain" = json!("finance")), ("x-pattern" = json!("hybrid")), ("x-latency-ms" = json!(300)),
        ("x-limit-class" = json!("posting")), ("x-degrade" = json!("posted by its workflow once the ERP is back")),
        ("x-data-class" = json!("internal")),
    ),
)]
pub(crate) async fn post_journal(
    request: PostingRequest,
    Json(entry): Json<JournalEntry>,
) -> Result<Json<Posted>, Problem> {
    request.post_once(Posting::Journal(&entry)).await
}
