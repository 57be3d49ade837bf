//! What the embedded provider's webhooks say.

use super::wire::{Webhook, WireDispute, WireDocument, money, time};
use crate::port::{DecidedDispute, News, Notification, Outline};
use crossdock_model::event::{DisputeOutcome, SettlementKind};
use crossdock_model::{Correlation, Fault, Tenant};
use crossdock_system::Vendor;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Every type that the provider has is about money, so one that is not known here is nothing to be passed over.
pub(super) fn notification(
    vendor: &Vendor,
    id: String,
    body: &[u8],
) -> Result<Option<Notification>, Fault> {
    let webhook: Webhook = serde_json::from_slice(body)
        .map_err(|error| Fault::poison(format!("a webhook cannot be read: {error}")))?;
    let data = webhook.data;
    let notification = match &*webhook.kind {
        "capture.settled" => settled(vendor, id, SettlementKind::Capture, data),
        "refund.settled" => settled(vendor, id, SettlementKind::Refund, data),
        "refund.failed" => refund_failed(vendor, id, data),
        "dispute.opened" | "dispute.closed" => dispute(vendor, id, data),
        other => {
            let why = format!("the provider sent a webhook of the unknown type '{other}'");
            Err(Fault::poison(why))
        }
    };
    notification.map(Some)
}

/// The merchant account and the type, where they are there.
pub(super) fn outline(body: &[u8]) -> Outline {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |pointer| body.pointer(pointer).and_then(Value::as_str);
    Outline {
        tenant: text("/data/merchant_account").map(Tenant::from),
        about: text("/type").map(str::to_owned),
    }
}

fn settled(
    vendor: &Vendor,
    id: String,
    kind: SettlementKind,
    data: Value,
) -> Result<Notification, Fault> {
    let document: WireDocument = read(data)?;
    let news = News::Settled {
        kind,
        document: document.reference.clone(),
        at: time(document.settled.unwrap_or(document.created))?,
    };
    let reference_kind = match kind {
        SettlementKind::Capture => "capture",
        SettlementKind::Refund => "refund",
    };
    about(vendor, id, (reference_kind, document), news)
}

fn refund_failed(vendor: &Vendor, id: String, data: Value) -> Result<Notification, Fault> {
    let document: WireDocument = read(data)?;
    let news = News::RefundFailed {
        document: document.reference.clone(),
        reason: document
            .failure
            .clone()
            .unwrap_or_else(|| "no reason given".into()),
    };
    about(vendor, id, ("refund", document), news)
}

fn about(
    vendor: &Vendor,
    id: String,
    (kind, document): (&'static str, WireDocument),
    news: News,
) -> Result<Notification, Fault> {
    Ok(Notification {
        id,
        tenant: Tenant::from(&*document.merchant_account),
        correlation: document.merchant_data.map(|id| Correlation(id.into())),
        order: document.payment_reference,
        payment: document.payment,
        reference: vendor.reference(kind, document.id),
        amount: money(document.amount, &document.currency)?,
        news,
    })
}

fn dispute(vendor: &Vendor, id: String, data: Value) -> Result<Notification, Fault> {
    let dispute: WireDispute = read(data)?;
    let reason = dispute.reason;
    let closed = |outcome| {
        Ok::<_, Fault>(News::DisputeClosed(DecidedDispute {
            reason: reason.clone(),
            outcome,
            fee: money(dispute.fee, &dispute.currency)?,
            at: time(dispute.closed.unwrap_or(dispute.created))?,
        }))
    };
    let news = match &*dispute.status {
        "open" => News::DisputeOpened {
            reason,
            evidence_due_by: time(dispute.evidence_due_by)?,
        },
        "won" => closed(DisputeOutcome::Won)?,
        "lost" => closed(DisputeOutcome::Lost)?,
        other => {
            return Err(Fault::poison(format!(
                "a dispute has the unknown status '{other}'"
            )));
        }
    };
    Ok(Notification {
        id,
        tenant: Tenant::from(&*dispute.merchant_account),
        correlation: None,
        order: dispute.payment_reference,
        payment: dispute.payment,
        reference: vendor.reference("dispute", dispute.id),
        amount: money(dispute.amount, &dispute.currency)?,
        news,
    })
}

fn read<T: DeserializeOwned>(data: Value) -> Result<T, Fault> {
    serde_json::from_value(data)
        .map_err(|error| Fault::poison(format!("a webhook cannot be read: {error}")))
}
