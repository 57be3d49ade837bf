//! The list of events: per entry its sentence, its feeds and records, data class, type, payload.
//!
//! What system APIs report of their backends is in `backends`, the second half of the same list.
//! `[default]` marks a field that is left out when there is nothing to say.

use super::{
    AccrualState, DataClass, DisputeOutcome, EventData, EventError, EventLine, PlacedLine,
    PlacedRedemption, PlacedTender, ReservedLine, SettlementKind, Source,
    backends::with_backend_events, macros::events,
};
use crate::{
    CancellationId, ConnectorName, CustomerId, ExternalRef, LocationId, MemberId, Money, OrderId,
    Points, ReturnId, Timestamp, UnitRange,
};

with_backend_events! {
    /// An order came in and is being worked on.
    ["order" / "order"; Financial; "order.received"; informational]
    OrderReceived {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The reference that the channel gave the order.
        reference: String,
        /// The channel that took the order, `ecommerce`.
        channel: String,
        /// The total with tax, in the currency of the order.
        total: Money,
    }

    /// An order was accepted: stock, points and money are held for it, and it will be settled.
    ["order" / "order"; Pseudonymous; "order.placed"; informational]
    OrderPlaced {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The reference that the channel gave the order.
        reference: String,
        /// The channel that took the order, `ecommerce`.
        channel: String,
        /// Who buys, where known.
        [default] customer: Option<CustomerId>,
        /// The loyalty member, where there is one.
        [default] member: Option<MemberId>,
        /// The total with tax, in the currency of the order.
        total: Money,
        /// The lines as sold, with their frozen prices.
        lines: Vec<PlacedLine>,
        /// The points that pay for a part of it.
        redemptions: Vec<PlacedRedemption>,
        /// What pays for the rest.
        tenders: Vec<PlacedTender>,
    }

    /// An order was refused, and everything held for it was released.
    ["order" / "order"; Internal; "order.rejected"; informational]
    OrderRejected {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The reference that the channel gave the order.
        reference: String,
        /// A code of the problem catalogue.
        code: String,
        /// The step that refused, where it was one.
        [default] failed_step: Option<String>,
    }

    /// Every unit of an order was given up before shipment.
    ["order" / "order"; Financial; "order.cancelled"; informational]
    OrderCancelled {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The cancellation, as the backends know it.
        cancellation: CancellationId,
        /// The reason, in words for people.
        reason: String,
        /// Who decided: customer, agent, system.
        decided_by: String,
        /// The units that this cancellation gave up.
        units: Vec<UnitRange>,
        /// Reserved money that is not captured for them any more.
        released: Money,
        /// Money that was paid for them elsewhere and has to go back.
        owed: Money,
    }

    /// Some units of an order were given up before shipment; the others go on.
    ["order" / "order"; Financial; "order.line-cancelled"; informational]
    OrderLineCancelled {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The cancellation, as the backends know it.
        cancellation: CancellationId,
        /// The reason, in words for people.
        reason: String,
        /// Who decided: customer, agent, system.
        decided_by: String,
        /// The units that this cancellation gave up.
        units: Vec<UnitRange>,
        /// Reserved money that is not captured for them any more.
        released: Money,
        /// Money that was paid for them elsewhere and has to go back.
        owed: Money,
    }

    /// Nobody has some units of an order: they wait for stock, and are cancelled if there is none in time.
    ["order" / "backorder"; Internal; "order.backordered"; informational]
    OrderBackordered {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The fulfilment order that could not be shipped, or not as a whole.
        fulfilment_order: String,
        /// The units that wait, by line.
        lines: Vec<EventLine>,
        /// Until when they wait.
        until: Timestamp,
    }

    /// A cancellation came too late: the order goes on and can be returned.
    ["order" / "order"; Internal; "order.cancellation-refused"; informational]
    CancellationRefused {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The reason, in words for people.
        reason: String,
    }

    /// Units of an order left a location.
    ["order" / "order"; Internal; "order.shipped"]
    OrderShipped {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The fulfilment order they belong to.
        fulfilment_order: String,
        /// The location that shipped them.
        location: LocationId,
        /// The units, numbered within the order.
        units: Vec<UnitRange>,
        /// The same units, counted by order line.
        lines: Vec<EventLine>,
        /// The carrier's tracking number.
        [default] tracking: Option<String>,
        /// The capture that paid for them; none where the money was taken elsewhere.
        [default] capture: Option<ExternalRef>,
        /// Whether nothing of the order is left to ship.
        is_final: bool,
    }

    /// Every unit of an order has been shipped or given up.
    ["order" / "order"; Internal; "order.completed"; informational]
    OrderCompleted {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
    }

    /// Stock is held for an order.
    ["order" / "order"; Internal; "inventory.reserved"; informational]
    InventoryReserved {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The reservation at the OMS.
        [default] reservation: Option<ExternalRef>,
        /// What is held, line by line.
        lines: Vec<ReservedLine>,
    }

    /// The payment provider holds money for an order.
    ["order" / "order"; Financial; "payment.authorised"; informational]
    PaymentAuthorised {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The amount, in the currency of the order.
        amount: Money,
        /// The payment provider's reference of the authorisation.
        [default] reference: Option<ExternalRef>,
        /// When the authorisation expires.
        [default] capture_before: Option<Timestamp>,
    }

    /// Money of an authorisation was taken.
    ["order" / "capture"; Financial; "payment.captured"; informational]
    PaymentCaptured {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The amount of this capture.
        amount: Money,
        /// The sum of all captures of the order so far.
        captured: Money,
        /// The payment provider's reference of the capture.
        [default] reference: Option<ExternalRef>,
    }

    /// What was still reserved of an order's money was released.
    ["order" / "void"; Financial; "payment.voided"; informational]
    PaymentVoided {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// What was released over all voids of the order, in its currency.
        amount: Money,
        /// The payment provider's reference of the authorisation.
        [default] reference: Option<ExternalRef>,
    }

    /// Points that were held for an order are spent.
    ["order" / "redemption"; Financial; "loyalty.hold-confirmed"; informational]
    LoyaltyHoldConfirmed {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The number of points, with their programme.
        points: Points,
        /// The money value of the points at the rate that the order froze.
        value: Money,
        /// The burn at the loyalty engine.
        [default] reference: Option<ExternalRef>,
    }

    /// A member earned points with units of an order.
    ["order" / "accrual"; Financial; "loyalty.accrued"]
    LoyaltyAccrued {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The number of points, with their programme.
        points: Points,
        /// Whether they can be spent.
        state: AccrualState,
        /// The accrual at the loyalty engine.
        [default] reference: Option<ExternalRef>,
        /// When they can be spent, where that is known.
        [default] matures_at: Option<Timestamp>,
    }

    /// Earned points can be spent now.
    ["loyalty" / "accrual"; Financial; "loyalty.matured"; informational]
    LoyaltyMatured {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The number of points, with their programme.
        points: Points,
    }

    /// Spent points were given back.
    ["order" / "redemption", "return" / "redemption"; Financial; "loyalty.burn-restored"; informational]
    LoyaltyBurnRestored {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// The number of points, with their programme.
        points: Points,
        /// The entry at the loyalty engine.
        [default] reference: Option<ExternalRef>,
    }

    /// Earned points were taken back.
    ["order" / "accrual", "return" / "accrual"; Financial; "loyalty.accrual-reversed"; informational]
    LoyaltyAccrualReversed {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// The number of points, with their programme.
        points: Points,
        /// The entry at the loyalty engine.
        [default] reference: Option<ExternalRef>,
    }

    /// A document was posted to the books.
    ["order" / "posting", "return" / "posting"; Financial; "erp.posted"; informational]
    ErpPosted {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// Which posting: sales-order, goods-issue, invoice, credit-memo, …
        posting: String,
        /// The document in the ERP.
        document: ExternalRef,
        /// The amount posted, where the document moves money.
        [default] amount: Option<Money>,
    }

    /// A part of the work cannot go on by itself: a person is needed.
    ["order" / "exception", "return" / "exception", "loyalty" / "exception"; Financial; "exception.opened"; informational]
    ExceptionOpened {
        /// The order it belongs to, by its Crossdock id; none where nobody can say which.
        [default] order_id: Option<OrderId>,
        /// The return, where it is one that is stuck.
        [default] return_id: Option<ReturnId>,
        /// The name of the workflow that the exception belongs to.
        workflow: String,
        /// The workflow's step, by its node id.
        step: String,
        /// A code to search by.
        code: String,
        /// The failure, in words for people.
        why: String,
        /// What the operator should do.
        next_action: String,
        /// The money at risk.
        [default] money_at_risk: Option<Money>,
        /// The points at risk.
        [default] points_at_risk: Option<Points>,
    }

    /// What was stuck goes on.
    ["order" / "resolution", "return" / "resolution", "loyalty" / "resolution"; Internal; "exception.resolved"; informational]
    ExceptionResolved {
        /// The order it belongs to, by its Crossdock id; none where nobody can say which.
        [default] order_id: Option<OrderId>,
        /// The return, where it was one that was stuck.
        [default] return_id: Option<ReturnId>,
        /// The name of the workflow that the exception belongs to.
        workflow: String,
        /// The workflow's step, by its node id.
        step: String,
        /// The operator who resolved it, or `configuration` and the like where it resumed by itself.
        by: String,
        /// The reason that the operator gave.
        why: String,
    }

    /// Goods of an order came back to a location.
    ["return" / "return"; Internal; "return.received"; informational]
    ReturnReceived {
        /// The return, by its Crossdock id.
        return_id: ReturnId,
        /// The order they were sold with.
        order_id: OrderId,
        /// Where they came back.
        location: LocationId,
        /// The units, numbered within the order.
        units: Vec<UnitRange>,
    }

    /// It is decided what comes of a return: what is refunded, restored, taken back and restocked.
    ["return" / "return"; Financial; "return.decided"; informational]
    ReturnDecided {
        /// The return, by its Crossdock id.
        return_id: ReturnId,
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The units that are accepted.
        accepted: Vec<UnitRange>,
        /// The units that are not.
        rejected: Vec<UnitRange>,
        /// The money to give back.
        refund: Money,
        /// The spent points to give back.
        [default] points_restored: Option<Points>,
        /// The earned points to take back.
        [default] points_reversed: Option<Points>,
    }

    /// One of a return's four legs is settled.
    ["return" / "return"; Internal; "return.leg-settled"; informational]
    ReturnLegSettled {
        /// The return, by its Crossdock id.
        return_id: ReturnId,
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// Which leg: stock, refund, loyalty, books.
        leg: String,
        /// What the backend calls it.
        [default] reference: Option<ExternalRef>,
    }

    /// Everything about a return is settled in every ledger.
    ["return" / "return"; Internal; "return.closed"; informational]
    ReturnClosed {
        /// The return, by its Crossdock id.
        return_id: ReturnId,
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
    }

    /// The payment provider took a refund on; the money is not there yet.
    ["return" / "refund"; Financial; "refund.submitted"; informational]
    RefundSubmitted {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// The amount, in the currency of the order.
        amount: Money,
        /// The payment provider's reference of the refund.
        [default] reference: Option<ExternalRef>,
    }

    /// A refund has reached the customer's account.
    ["order" / "settlement", "return" / "settlement"; Financial; "refund.settled"; informational]
    RefundSettled {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// The amount, in the currency of the order.
        amount: Money,
        /// The refund at the payment provider.
        [default] reference: Option<ExternalRef>,
        /// When, by the provider.
        settled_at: Timestamp,
        /// What may still be refunded of the order.
        [default] remaining_refundable: Option<Money>,
    }

    /// A refund that nobody here asked for is accounted for: a person has said which units it was for.
    ["order" / "order"; Financial; "refund.attributed"; informational]
    RefundAttributed {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The refund at the payment provider, or the dispute that was lost.
        reference: ExternalRef,
        /// The amount, in the currency of the order.
        amount: Money,
        /// The units whose money it gave back: their return pays nothing any more.
        units: Vec<UnitRange>,
        /// The capture at the payment provider that it gave back, by its number there.
        [default] capture: Option<String>,
        /// What is left of the amount: given to keep the customer.
        goodwill: Money,
    }

    /// A refund came back after it had reached the customer's account: it is owed again.
    ["order" / "settlement", "return" / "settlement"; Financial; "refund.reversed"; informational]
    RefundReversed {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// The amount, in the currency of the order.
        amount: Money,
        /// The refund at the payment provider.
        [default] reference: Option<ExternalRef>,
        /// The reason, as the payment provider gives it.
        reason: String,
    }

    /// A refund that was taken on failed: the customer still waits for the money.
    ["return" / "settlement"; Financial; "refund.failed"; informational]
    RefundFailed {
        /// The order it belongs to, by its Crossdock id.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// The amount, in the currency of the order.
        amount: Money,
        /// The refund at the payment provider.
        [default] reference: Option<ExternalRef>,
        /// The reason, in words for people.
        reason: String,
    }
}
