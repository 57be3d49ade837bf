//! The embedded OMS's words turned into ours, without I/O.

use super::answer::{
    BookedReceipt, Freed, Hold, HoldState, Job, JobState, Order, OrderState, Part, StockAnswer,
    Webhook,
};
use super::request::Fate;
use crate::port::{Happened, Missing, Notice};
use crossdock_model::{
    ConnectorName, Correlation, ExternalRef, Fault, LocationId, Quantity, Tenant,
};
use std::str::FromStr;
use sys_oms_contract::{
    Availability, Cancelled, Disposition, FulfilmentLine, FulfilmentOrder, FulfilmentState,
    OmsLine, OmsOrder, OmsOrderState, Receipt, ReceiptLine, Released, Reservation,
    ReservationState, ReservedLine, Shipment,
};

/// Turns what the OMS says into the shop's words, as seen by one connector.
#[derive(Debug)]
pub(crate) struct Mapper(ConnectorName);

impl Mapper {
    pub(crate) fn new(connector: ConnectorName) -> Self {
        Self(connector)
    }

    pub(crate) fn availability(answer: StockAnswer) -> Result<Vec<Availability>, Fault> {
        let as_of = answer.as_of;
        let shelves = answer.stock.into_iter().map(|shelf| {
            Ok(Availability {
                sku: parsed(&shelf.sku)?,
                location: parsed(&shelf.node)?,
                on_hand: shelf.on_hand,
                allocated: shelf.allocated,
                reserved: shelf.held,
                saleable: shelf.free,
                as_of,
                source_seq: shelf.seq,
            })
        });
        shelves.collect()
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

    pub(crate) fn released(&self, freed: Freed) -> Result<Released, Fault> {
        Ok(Released {
            reference: freed.number.map(|no| self.reference("reservation", no)),
            order: freed.order_no,
            lines: parts(&freed.parts)?,
        })
    }

    pub(crate) fn cancelled(&self, freed: Freed) -> Result<Cancelled, Fault> {
        Ok(Cancelled {
            reference: freed.number.map(|no| self.reference("order", no)),
            order: freed.order_no,
            released: parts(&freed.parts)?,
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
            })
        });
        let jobs = order
            .fulfilments
            .into_iter()
            .map(|job| self.fulfilment(job));
        Ok(OmsOrder {
            reference: self.reference("order", order.number),
            order: order.order_no,
            state: match order.state {
                OrderState::Open => OmsOrderState::Open,
                OrderState::Shipped => OmsOrderState::Shipped,
                OrderState::Cancelled => OmsOrderState::Cancelled,
            },
            lines: lines.collect::<Result<_, Fault>>()?,
            fulfilment_orders: jobs.collect::<Result<_, Fault>>()?,
            backordered: order.items.iter().any(|item| item.backordered > 0),
        })
    }

    pub(crate) fn fulfilment(&self, job: Job) -> Result<FulfilmentOrder, Fault> {
        let lines = job.items.iter().map(|item| {
            Ok(FulfilmentLine {
                line: parsed(&item.item)?,
                sku: parsed(&item.sku)?,
                quantity: counted(item.qty)?,
                picked: item.picked,
            })
        });
        let lines = lines.collect::<Result<_, Fault>>()?;
        let shipment = job.shipment.map(|parcel| Shipment {
            reference: self.reference("shipment", parcel.no),
            carrier: parcel.carrier,
            tracking: parcel.tracking,
            shipped_at: parcel.at,
        });
        Ok(FulfilmentOrder {
            reference: self.reference("fulfilment-order", job.no),
            order: job.order_no,
            location: parsed(&job.node)?,
            state: match job.state {
                JobState::Open => FulfilmentState::Open,
                JobState::Accepted => FulfilmentState::Accepted,
                JobState::Picked => FulfilmentState::Picked,
                JobState::Packed => FulfilmentState::Packed,
                JobState::Shipped => FulfilmentState::Shipped,
                JobState::Rejected => FulfilmentState::Rejected,
                JobState::Incomplete => FulfilmentState::Incomplete,
                JobState::Cancelled => FulfilmentState::Cancelled,
            },
            version: job.version,
            attempt: job.attempt,
            authorised: job.authorised,
            lines,
            reason: job.reason,
            shipment,
        })
    }

    pub(crate) fn receipt(&self, receipt: BookedReceipt) -> Result<Receipt, Fault> {
        let lines = receipt.items.into_iter().map(|item| {
            Ok(ReceiptLine {
                line: parsed(&item.item)?,
                sku: parsed(&item.sku)?,
                quantity: counted(item.qty)?,
                disposition: match item.fate {
                    Fate::Restock => Disposition::Restock,
                    Fate::Refurbish => Disposition::Refurbish,
                    Fate::Vendor => Disposition::ReturnToVendor,
                    Fate::Scrap => Disposition::Scrap,
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

    /// A genuine webhook, read.
    pub(crate) fn notice(&self, id: String, body: &[u8]) -> Result<Notice, Fault> {
        let webhook: Webhook = serde_json::from_slice(body)
            .map_err(|error| Fault::poison(format!("the webhook cannot be read: {error}")))?;
        let what = match webhook.kind.as_str() {
            "fulfilment.requested" => Happened::Requested,
            "fulfilment.accepted" => Happened::Accepted,
            "fulfilment.rejected" => Happened::Rejected,
            "fulfilment.short_picked" => Happened::ShortPicked,
            "fulfilment.picked" => Happened::Picked,
            "fulfilment.packed" => Happened::Packed,
            "fulfilment.shipped" => Happened::Shipped,
            other => {
                return Err(Fault::poison(format!(
                    "the OMS tells of '{other}', which is unknown"
                )));
            }
        };
        let missing = webhook.data.missing.iter().map(|units| {
            Ok(Missing {
                line: parsed(&units.item)?,
                sku: parsed(&units.sku)?,
                quantity: counted(units.qty)?,
            })
        });
        let missing = missing.collect::<Result<_, Fault>>()?;
        Ok(Notice {
            id,
            tenant: Tenant::from(&*webhook.data.merchant),
            correlation: webhook.data.tag.map(|tag| Correlation(tag.into())),
            what,
            fulfilment: self.fulfilment(webhook.data.fulfilment)?,
            missing,
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

/// A name of ours that the OMS gives back; anything else breaks its contract.
fn parsed<T: FromStr<Err = String>>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(Fault::poison)
}

fn counted(units: u32) -> Result<Quantity, Fault> {
    Quantity::new(units).ok_or_else(|| Fault::poison("the OMS speaks of 0 units of a line"))
}
