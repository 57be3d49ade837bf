//! What is booked: invoices, credit memos, entries of their own.

use crate::port::Posting;
use crate::post_once::PostingRequest;
use crossdock_problem::{Json, Problem};
use sys_erp_contract::{CreditMemo, Invoice, JournalEntry, Posted};

/// Bill a shipment and book the sale.
#[utoipa::path(
    post, path = "/invoices", operation_id = "erp_post_invoice", tag = "journal",
    request_body = Invoice,
    responses(
        (status = 200, description = "The one invoice of that reference", body = Posted),
        (status = 409, description = "The period is closed, or the reference stands with other content"),
        (status = 422, description = "The journal does not balance, or the ERP rejects it"),
        (status = 503, description = "The ERP cannot answer now; nothing was posted"),
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
    request_body = CreditMemo,
    responses(
        (status = 200, description = "The one credit memo of that reference", body = Posted),
        (status = 409, description = "The period is closed, or the reference stands with other content"),
        (status = 422, description = "The journal does not balance, or the ERP rejects it"),
        (status = 503, description = "The ERP cannot answer now; nothing was posted"),
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
    request_body = JournalEntry,
    responses(
        (status = 200, description = "The one entry of that reference", body = Posted),
        (status = 409, description = "The period is closed, or the reference stands with other content"),
        (status = 422, description = "The journal does not balance, or the ERP rejects it"),
        (status = 503, description = "The ERP cannot answer now; nothing was posted"),
    ),
)]
pub(crate) async fn post_journal(
    request: PostingRequest,
    Json(entry): Json<JournalEntry>,
) -> Result<Json<Posted>, Problem> {
    request.post_once(Posting::Journal(&entry)).await
}
