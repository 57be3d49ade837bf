//! The events that system APIs report of their backends: the second half of the list in `table`.

/// Puts these entries behind the others and makes events of them all.
macro_rules! with_backend_events {
    ($($others:tt)*) => { events! {
        $($others)*

        /// A location was asked to ship a part of an order.
        ["oms" / "fulfilment"; Internal; "fulfilment.requested"]
        FulfilmentRequested {
            /// The order, as the OMS was told.
            order_reference: String,
            /// The fulfilment order.
            fulfilment_order: String,
            /// Which location.
            location: LocationId,
            /// What is to be shipped.
            lines: Vec<EventLine>,
        }

        /// A location took a fulfilment order on.
        ["oms" / "fulfilment"; Internal; "fulfilment.accepted"]
        FulfilmentAccepted {
            /// The order, as the OMS was told.
            order_reference: String,
            /// The fulfilment order.
            fulfilment_order: String,
            /// Which location.
            location: LocationId,
            /// What it will ship.
            lines: Vec<EventLine>,
        }

        /// A location will not ship a fulfilment order.
        ["oms" / "fulfilment"; Internal; "fulfilment.rejected"]
        FulfilmentRejected {
            /// The order, as the OMS was told.
            order_reference: String,
            /// The fulfilment order.
            fulfilment_order: String,
            /// Which location.
            location: LocationId,
            /// What it will not ship.
            lines: Vec<EventLine>,
            /// Why.
            reason: String,
        }

        /// Fewer units were found than were asked for.
        ["oms" / "fulfilment"; Internal; "fulfilment.short-picked"]
        FulfilmentShortPicked {
            /// The order, as the OMS was told.
            order_reference: String,
            /// The fulfilment order.
            fulfilment_order: String,
            /// Which location.
            location: LocationId,
            /// What is missing.
            lines: Vec<EventLine>,
        }

        /// The units of a fulfilment order are picked.
        ["oms" / "fulfilment"; Internal; "fulfilment.picked"]
        FulfilmentPicked {
            /// The order, as the OMS was told.
            order_reference: String,
            /// The fulfilment order.
            fulfilment_order: String,
            /// Which location.
            location: LocationId,
            /// What was picked.
            lines: Vec<EventLine>,
        }

        /// The units of a fulfilment order are packed.
        ["oms" / "fulfilment"; Internal; "fulfilment.packed"]
        FulfilmentPacked {
            /// The order, as the OMS was told.
            order_reference: String,
            /// The fulfilment order.
            fulfilment_order: String,
            /// Which location.
            location: LocationId,
            /// What was packed.
            lines: Vec<EventLine>,
        }

        /// The units of a fulfilment order left the location.
        ["oms" / "fulfilment"; Internal; "fulfilment.shipped"]
        FulfilmentShipped {
            /// The order, as the OMS was told.
            order_reference: String,
            /// The fulfilment order.
            fulfilment_order: String,
            /// Which location.
            location: LocationId,
            /// What left.
            lines: Vec<EventLine>,
            /// The carrier's number.
            [default] tracking: Option<String>,
            /// The shipment, where the OMS numbers them.
            [default] shipment: Option<String>,
        }

        /// The payment provider settled a capture or a refund.
        ["payment" / "payment"; Financial; "payment.settled"]
        PaymentSettled {
            /// The order, as the provider was told.
            order_reference: String,
            /// The shipment or return, as the provider was told: our natural key of the capture or refund.
            document: String,
            /// The payment there.
            payment: String,
            /// Money in or money out.
            kind: SettlementKind,
            /// The capture or refund there.
            reference: ExternalRef,
            /// How much.
            amount: Money,
            /// When, by the provider.
            settled_at: Timestamp,
        }

        /// A refund failed at the payment provider after it was accepted.
        ["payment" / "payment"; Financial; "payment.refund-failed"]
        PaymentRefundFailed {
            /// The order, as the provider was told.
            order_reference: String,
            /// The shipment or return, as the provider was told: our natural key of the capture or refund.
            document: String,
            /// The payment there.
            payment: String,
            /// The refund there.
            reference: ExternalRef,
            /// How much.
            amount: Money,
            /// Why.
            reason: String,
        }
    } };
}
pub(super) use with_backend_events;
