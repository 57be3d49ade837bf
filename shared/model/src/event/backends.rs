//! The events that system APIs report of their backends: the second half of the list in `table`.

/// Puts these entries behind the others and makes events of them all.
macro_rules! with_backend_events {
    ($($others:tt)*) => { events! {
        $($others)*

        /// A location was asked to ship a part of an order.
        ["oms" / "fulfilment"; Internal; "fulfilment.requested"; informational]
        FulfilmentRequested {
            /// The order, by the reference under which the OMS has it.
            order_reference: String,
            /// The OMS's id of the fulfilment order.
            fulfilment_order: String,
            /// The location that the fulfilment order is assigned to.
            location: LocationId,
            /// The units to be shipped, by line.
            lines: Vec<EventLine>,
        }

        /// A location took a fulfilment order on.
        ["oms" / "fulfilment"; Internal; "fulfilment.accepted"; informational]
        FulfilmentAccepted {
            /// The order, by the reference under which the OMS has it.
            order_reference: String,
            /// The OMS's id of the fulfilment order.
            fulfilment_order: String,
            /// The location that the fulfilment order is assigned to.
            location: LocationId,
            /// The units that the location will ship, by line.
            lines: Vec<EventLine>,
        }

        /// A location will not ship a fulfilment order.
        ["oms" / "fulfilment"; Internal; "fulfilment.rejected"]
        FulfilmentRejected {
            /// The order, by the reference under which the OMS has it.
            order_reference: String,
            /// The OMS's id of the fulfilment order.
            fulfilment_order: String,
            /// The location that the fulfilment order is assigned to.
            location: LocationId,
            /// The units that the location will not ship, by line.
            lines: Vec<EventLine>,
            /// The part of them that no other location has: it waits for stock.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            backordered: Vec<EventLine>,
            /// The reason, as the backend gives it.
            reason: String,
        }

        /// Fewer units were found than were asked for.
        ["oms" / "fulfilment"; Internal; "fulfilment.short-picked"]
        FulfilmentShortPicked {
            /// The order, by the reference under which the OMS has it.
            order_reference: String,
            /// The OMS's id of the fulfilment order.
            fulfilment_order: String,
            /// The location that the fulfilment order is assigned to.
            location: LocationId,
            /// The units that were not found, by line.
            lines: Vec<EventLine>,
            /// The part of them that no other location has: it waits for stock.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            backordered: Vec<EventLine>,
        }

        /// The units of a fulfilment order are picked.
        ["oms" / "fulfilment"; Internal; "fulfilment.picked"; informational]
        FulfilmentPicked {
            /// The order, by the reference under which the OMS has it.
            order_reference: String,
            /// The OMS's id of the fulfilment order.
            fulfilment_order: String,
            /// The location that the fulfilment order is assigned to.
            location: LocationId,
            /// The units picked, by line.
            lines: Vec<EventLine>,
        }

        /// The units of a fulfilment order are packed.
        ["oms" / "fulfilment"; Internal; "fulfilment.packed"]
        FulfilmentPacked {
            /// The order, by the reference under which the OMS has it.
            order_reference: String,
            /// The OMS's id of the fulfilment order.
            fulfilment_order: String,
            /// The location that the fulfilment order is assigned to.
            location: LocationId,
            /// The units packed, by line.
            lines: Vec<EventLine>,
        }

        /// The units of a fulfilment order left the location.
        ["oms" / "fulfilment"; Internal; "fulfilment.shipped"]
        FulfilmentShipped {
            /// The order, by the reference under which the OMS has it.
            order_reference: String,
            /// The OMS's id of the fulfilment order.
            fulfilment_order: String,
            /// The location that the fulfilment order is assigned to.
            location: LocationId,
            /// The units shipped, by line.
            lines: Vec<EventLine>,
            /// The carrier's tracking number.
            [default] tracking: Option<String>,
            /// The shipment, where the OMS numbers them.
            [default] shipment: Option<String>,
        }

        /// The payment provider settled a capture or a refund.
        ["payment" / "payment"; Financial; "payment.settled"]
        PaymentSettled {
            /// The order, by the reference under which the payment provider has it.
            order_reference: String,
            /// The shipment or return, by the reference that the payment provider was given: our natural key of the capture or refund.
            document: String,
            /// The payment provider's id of the payment.
            payment: String,
            /// Whether a capture or a refund settled.
            kind: SettlementKind,
            /// The payment provider's reference of the capture or refund.
            reference: ExternalRef,
            /// The amount, in the currency of the payment.
            amount: Money,
            /// When, by the provider.
            settled_at: Timestamp,
        }

        /// A refund failed at the payment provider after it was accepted.
        ["payment" / "payment"; Financial; "payment.refund-failed"]
        PaymentRefundFailed {
            /// The order, by the reference under which the payment provider has it.
            order_reference: String,
            /// The shipment or return, by the reference that the payment provider was given: our natural key of the capture or refund.
            document: String,
            /// The payment provider's id of the payment.
            payment: String,
            /// The payment provider's reference of the refund.
            reference: ExternalRef,
            /// The amount, in the currency of the payment.
            amount: Money,
            /// The reason, as the backend gives it.
            reason: String,
        }

        /// A cardholder's bank claims captured money back; until it is decided nothing of it can be refunded.
        ["payment" / "payment"; Financial; "dispute.opened"]
        DisputeOpened {
            /// The order, by the reference under which the payment provider has it.
            order_reference: String,
            /// The payment provider's id of the payment.
            payment: String,
            /// The payment provider's reference of the dispute.
            reference: ExternalRef,
            /// The amount that is disputed, in the currency of the payment.
            amount: Money,
            /// The reason, as the backend gives it.
            reason: String,
            /// Until when evidence can be sent; after that it is lost.
            evidence_due_by: Timestamp,
        }

        /// A dispute was decided.
        ["payment" / "payment"; Financial; "dispute.closed"]
        DisputeClosed {
            /// The order, by the reference under which the payment provider has it.
            order_reference: String,
            /// The payment provider's id of the payment.
            payment: String,
            /// The payment provider's reference of the dispute.
            reference: ExternalRef,
            /// The amount that was disputed, in the currency of the payment.
            amount: Money,
            /// The reason for the dispute, as the backend gives it.
            reason: String,
            /// How it was decided: what is lost is the cardholder's.
            outcome: DisputeOutcome,
            /// What the payment provider charges for it beside the amount.
            fee: Money,
            /// When, by the provider.
            closed_at: Timestamp,
        }

        /// A message of the payment provider with a good signature cannot be used: it is kept, and a person is asked.
        ["payment" / "webhook"; Financial; "webhook.set-aside"]
        WebhookSetAside {
            /// The connector whose provider sent it.
            connector: ConnectorName,
            /// The provider's id of the message, by which it is found in the provider's log and here.
            message: String,
            /// What it is about, by the provider's own word, where that can be read.
            [default] about: Option<String>,
            /// The reason why it cannot be used.
            why: String,
        }
    } };
}
pub(super) use with_backend_events;
