//! Maps what the embedded OMS answers to canonical values, without I/O.

use super::answer::{
    BookedReceipt, Fulfilment, FulfilmentStatus, Hold, HoldState, LineCancellation, Order,
    OrderState, Part, ReleasedStock, StockLevels, Units, Webhook,
};
use super::request::DispositionCode;
use crate::port::{FulfilmentChange, Missing, Notification};
use crossdock_model::{
    ConnectorName, Correlation, ExternalRef, Fault, LocationId, Quantity, Tenant,
};
use std::str::FromStr;
use sys_oms_contract::{
    Availability, Cancelled, CancelledLines, Disposition, FulfilmentLine, FulfilmentOrder,
    FulfilmentState, LineToCancel, OmsLine, OmsOrder, OmsOrderState, Receipt, ReceiptLine,
    Released, Reservation, ReservationState, ReservedLine, Shipment,
};

/// Maps what the OMS answers to canonical values, as seen by one connector.
#[derive(Debug)]
pub(crate) struct Mapper(ConnectorName);

impl Mapper {
    pub(crate) fn new(connector: ConnectorName) -> Self {
        Self(connector)
    }

    pub(crate) fn availability(answer: StockLevels) -> Result<Vec<Availability>, Fault> {
        let as_of = answer.as_of;
        let rows = answer.stock.into_iter().map(|row| {
            Ok(Availability {
                sku: parsed(&row.sku)?,
                location: parsed(&row.node)?,
                on_hand: row.on_hand,
                allocated: row.allocated,
                reserved: row.held,
                saleable: row.free,
                blocked: row.blocked,
                as_of,
                source_seq: row.seq,
            })
        });
        rows.collect()
    }

    pub(crate) fn reservation(&self, hold: Hold) -> Result<Reservation, Fault> {
        Ok(Reservation {
            reference: self.reference("reservation", hold.hold_no),
            order: hold.order_no,
            state: match hold.state {
                HoldState::Held => ReservationState::Held,
                HoldState::Consumed => ReservationState::Consumed,
                HoldState::Released => ReservationState::Released,
                HoldState::Expired => ReservationState::Expired,
            },
            lines: parts(&hold.parts)?,
            expires_at: hold.expires_at,
            partial: hold.partial,
        })
    }

    pub(crate) fn released(&self, released: ReleasedStock) -> Result<Released, Fault> {
        Ok(Released {
            reference: released.number.map(|no| self.reference("reservation", no)),
            order: released.order_no,
            lines: parts(&released.parts)?,
        })
    }

    pub(crate) fn cancelled(&self, released: ReleasedStock) -> Result<Cancelled, Fault> {
        Ok(Cancelled {
            reference: released.number.map(|no| self.reference("order", no)),
            order: released.order_no,
            released: parts(&released.parts)?,
        })
    }

    pub(crate) fn cancelled_lines(
        &self,
        cancelled: LineCancellation,
    ) -> Result<CancelledLines, Fault> {
        let lines = cancelled.items.iter().map(|item| {
            Ok(LineToCancel {
                line: parsed(&item.item)?,
                quantity: quantity(item.qty)?,
            })
        });
        Ok(CancelledLines {
            reference: self.reference("line-cancellation", cancelled.number),
            cancellation: cancelled.cancellation_no,
            order: cancelled.order_no,
            lines: lines.collect::<Result<_, Fault>>()?,
            released: parts(&cancelled.parts)?,
        })
    }

    pub(crate) fn order(&self, order: Order) -> Result<OmsOrder, Fault> {
        let lines = order.items.iter().map(|item| {
            Ok(OmsLine {
                line: parsed(&item.item)?,
                sku: parsed(&item.sku)?,
                quantity: item.qty,
                backordered: item.backordered,
                shipped: item.shipped,
                cancelled: item.cancelled,
            })
        });
        let fulfilments = order
            .fulfilments
            .into_iter()
            .map(|fulfilment| self.fulfilment(fulfilment));
        Ok(OmsOrder {
            reference: self.reference("order", order.number),
            order: order.order_no,
            state: match order.state {
                OrderState::Open => OmsOrderState::Open,
                OrderState::Shipped => OmsOrderState::Shipped,
                OrderState::Cancelled => OmsOrderState::Cancelled,
            },
            lines: lines.collect::<Result<_, Fault>>()?,
            fulfilment_orders: fulfilments.collect::<Result<_, Fault>>()?,
            backordered: order.items.iter().any(|item| item.backordered > 0),
        })
    }

    pub(crate) fn fulfilment(&self, fulfilment: Fulfilment) -> Result<FulfilmentOrder, Fault> {
        let lines = fulfilment.items.iter().map(|item| {
            Ok(FulfilmentLine {
                line: parsed(&item.item)?,
                sku: parsed(&item.sku)?,
                quantity: quantity(item.qty)?,
                picked: item.picked,
            })
        });
        let lines = lines.collect::<Result<_, Fault>>()?;
        let shipment = fulfilment.shipment.map(|parcel| Shipment {
            reference: self.reference("shipment", parcel.no),
            carrier: parcel.carrier,
            tracking: parcel.tracking,
            shipped_at: parcel.at,
        });
        Ok(FulfilmentOrder {
            reference: self.reference("fulfilment-order", fulfilment.no),
            order: fulfilment.order_no,
            location: parsed(&fulfilment.node)?,
            state: match fulfilment.state {
                FulfilmentStatus::Open => FulfilmentState::Open,
                FulfilmentStatus::Accepted => FulfilmentState::Accepted,
                FulfilmentStatus::Picked => FulfilmentState::Picked,
                FulfilmentStatus::Packed => FulfilmentState::Packed,
                FulfilmentStatus::Shipped => FulfilmentState::Shipped,
                FulfilmentStatus::Rejected => FulfilmentState::Rejected,
                FulfilmentStatus::Incomplete => FulfilmentState::Incomplete,
                FulfilmentStatus::Cancelled => FulfilmentState::Cancelled,
            },
            version: fulfilment.version,
            attempt: fulfilment.attempt,
            authorised: fulfilment.authorised,
            lines,
            reason: fulfilment.reason,
            shipment,
        })
    }

    pub(crate) fn receipt(&self, receipt: BookedReceipt) -> Result<Receipt, Fault> {
        let lines = receipt.items.into_iter().map(|item| {
            Ok(ReceiptLine {
                line: parsed(&item.item)?,
                sku: parsed(&item.sku)?,
                quantity: quantity(item.qty)?,
                disposition: match item.disposition {
                    DispositionCode::Restock => Disposition::Restock,
                    DispositionCode::Refurbish => Disposition::Refurbish,
                    DispositionCode::Vendor => Disposition::ReturnToVendor,
                    DispositionCode::Scrap => Disposition::Scrap,
                },
                condition: item.condition,
            })
        });
        Ok(Receipt {
            reference: self.reference("receipt", receipt.number),
            return_id: receipt.return_no,
            order: receipt.order_no,
            location: parsed(&receipt.node)?,
            lines: lines.collect::<Result<_, Fault>>()?,
            received_at: receipt.at,
        })
    }

    /// What a webhook with a good signature reports.
    pub(crate) fn notification(&self, id: String, body: &[u8]) -> Result<Notification, Fault> {
        let webhook: Webhook = serde_json::from_slice(body)
            .map_err(|error| Fault::poison(format!("the webhook cannot be read: {error}")))?;
        let change = match webhook.kind.as_str() {
            "fulfilment.requested" => FulfilmentChange::Requested,
            "fulfilment.accepted" => FulfilmentChange::Accepted,
            "fulfilment.rejected" => FulfilmentChange::Rejected,
            "fulfilment.short_picked" => FulfilmentChange::ShortPicked,
            "fulfilment.picked" => FulfilmentChange::Picked,
            "fulfilment.packed" => FulfilmentChange::Packed,
            "fulfilment.shipped" => FulfilmentChange::Shipped,
            other => {
                return Err(Fault::poison(format!(
                    "the OMS reports '{other}', which is unknown"
                )));
            }
        };
        Ok(Notification {
            id,
            tenant: Tenant::from(&*webhook.data.merchant),
            correlation: webhook.data.tag.map(|tag| Correlation(tag.into())),
            change,
            missing: missing(&webhook.data.missing)?,
            backordered: missing(&webhook.data.backordered)?,
            fulfilment: self.fulfilment(webhook.data.fulfilment)?,
        })
    }

    fn reference(&self, kind: &str, value: String) -> ExternalRef {
        ExternalRef {
            system: self.0.clone(),
            kind: kind.to_owned(),
            value,
        }
    }
}

fn parts(parts: &[Part]) -> Result<Vec<ReservedLine>, Fault> {
    let lines = parts.iter().map(|part| {
        Ok(ReservedLine {
            line: parsed(&part.item)?,
            sku: parsed(&part.sku)?,
            location: part.node.as_deref().map(parsed::<LocationId>).transpose()?,
            asked: part.asked,
            got: part.got,
        })
    });
    lines.collect()
}

fn missing(units: &[Units]) -> Result<Vec<Missing>, Fault> {
    let missing = units.iter().map(|units| {
        Ok(Missing {
            line: parsed(&units.item)?,
            sku: parsed(&units.sku)?,
            quantity: quantity(units.qty)?,
        })
    });
    missing.collect()
}

/// A name of ours that the OMS gives back; anything else breaks its contract.
fn parsed<T: FromStr<Err = String>>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(Fault::poison)
}

fn quantity(units: u32) -> Result<Quantity, Fault> {
    Quantity::try_from(units).map_err(|why| Fault::poison(format!("the OMS says of a line: {why}")))
}
