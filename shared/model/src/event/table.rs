//! The list of events: per entry its sentence, its feeds and records, data class, type, payload.
//!
//! What system APIs report of their backends is in `backends`, the second half of the same list.
//! `[default]` marks a field that is left out when there is nothing to say.

use super::{
    AccrualState, DataClass, EventData, EventError, EventLine, PlacedLine, PlacedRedemption,
    PlacedTender, ReservedLine, SettlementKind, Source, backends::with_backend_events,
    macros::events,
};
use crate::{
    CustomerId, ExternalRef, LocationId, MemberId, Money, OrderId, Points, ReturnId, Timestamp,
    UnitId,
};

with_backend_events! {
    /// An order came in and is being worked on.
    ["order" / "order"; Financial; "order.received"]
    OrderReceived {
        /// The order.
        order_id: OrderId,
        /// What the channel calls it.
        reference: String,
        /// Where it was ordered.
        channel: String,
        /// What it comes to.
        total: Money,
    }

    /// An order was accepted: stock, points and money are held for it, and it will be settled.
    ["order" / "order"; Pseudonymous; "order.placed"]
    OrderPlaced {
        /// The order.
        order_id: OrderId,
        /// What the channel calls it.
        reference: String,
        /// Where it was ordered.
        channel: String,
        /// Who buys, where known.
        [default] customer: Option<CustomerId>,
        /// The loyalty member, where there is one.
        [default] member: Option<MemberId>,
        /// What it comes to.
        total: Money,
        /// What was sold.
        lines: Vec<PlacedLine>,
        /// The points that pay for a part of it.
        redemptions: Vec<PlacedRedemption>,
        /// What pays for the rest.
        tenders: Vec<PlacedTender>,
    }

    /// An order was refused, and everything held for it was released.
    ["order" / "order"; Internal; "order.rejected"]
    OrderRejected {
        /// The order.
        order_id: OrderId,
        /// What the channel calls it.
        reference: String,
        /// A code of the problem catalogue.
        code: String,
        /// The step that refused, where it was one.
        [default] failed_step: Option<String>,
    }

    /// An order was cancelled before it was handed to fulfilment.
    ["order" / "order"; Internal; "order.cancelled"]
    OrderCancelled {
        /// The order.
        order_id: OrderId,
        /// Why.
        reason: String,
        /// Who decided: customer, agent, system.
        decided_by: String,
        /// The units that are not delivered.
        units: Vec<UnitId>,
    }

    /// A cancellation came too late: the order goes on and can be returned.
    ["order" / "order"; Internal; "order.cancellation-refused"]
    CancellationRefused {
        /// The order.
        order_id: OrderId,
        /// Why.
        reason: String,
    }

    /// Units of an order left a location.
    ["order" / "order"; Internal; "order.shipped"]
    OrderShipped {
        /// The order.
        order_id: OrderId,
        /// The fulfilment order they belong to.
        fulfilment_order: String,
        /// From where.
        location: LocationId,
        /// Which units.
        units: Vec<UnitId>,
        /// How many of which line.
        lines: Vec<EventLine>,
        /// The carrier's number.
        [default] tracking: Option<String>,
        /// The capture that paid for them; none where the money was taken elsewhere.
        [default] capture: Option<ExternalRef>,
        /// Whether nothing of the order is left to ship.
        is_final: bool,
    }

    /// Every unit of an order has been shipped.
    ["order" / "order"; Internal; "order.completed"]
    OrderCompleted {
        /// The order.
        order_id: OrderId,
    }

    /// Stock is held for an order.
    ["order" / "order"; Internal; "inventory.reserved"]
    InventoryReserved {
        /// The order.
        order_id: OrderId,
        /// The reservation at the OMS.
        [default] reservation: Option<ExternalRef>,
        /// What is held.
        lines: Vec<ReservedLine>,
    }

    /// The payment provider holds money for an order.
    ["order" / "order"; Financial; "payment.authorised"]
    PaymentAuthorised {
        /// The order.
        order_id: OrderId,
        /// How much.
        amount: Money,
        /// The authorisation there.
        [default] reference: Option<ExternalRef>,
        /// When it runs out.
        [default] capture_before: Option<Timestamp>,
    }

    /// Money of an authorisation was taken.
    ["order" / "capture"; Financial; "payment.captured"]
    PaymentCaptured {
        /// The order.
        order_id: OrderId,
        /// How much this time.
        amount: Money,
        /// How much of the order so far.
        captured: Money,
        /// The capture there.
        [default] reference: Option<ExternalRef>,
    }

    /// Money that was held was let go.
    ["order" / "order"; Financial; "payment.voided"]
    PaymentVoided {
        /// The order.
        order_id: OrderId,
        /// How much.
        amount: Money,
        /// The authorisation there.
        [default] reference: Option<ExternalRef>,
    }

    /// Points that were held for an order are spent.
    ["order" / "redemption"; Financial; "loyalty.hold-confirmed"]
    LoyaltyHoldConfirmed {
        /// The order.
        order_id: OrderId,
        /// How many.
        points: Points,
        /// What they were worth.
        value: Money,
        /// The burn at the loyalty engine.
        [default] reference: Option<ExternalRef>,
    }

    /// A member earned points with units of an order.
    ["order" / "accrual"; Financial; "loyalty.accrued"]
    LoyaltyAccrued {
        /// The order.
        order_id: OrderId,
        /// How many.
        points: Points,
        /// Whether they can be spent.
        state: AccrualState,
        /// The accrual at the loyalty engine.
        [default] reference: Option<ExternalRef>,
        /// When they can be spent, where that is known.
        [default] matures_at: Option<Timestamp>,
    }

    /// Earned points can be spent now.
    ["loyalty" / "accrual"; Financial; "loyalty.matured"]
    LoyaltyMatured {
        /// The order.
        order_id: OrderId,
        /// How many.
        points: Points,
    }

    /// Spent points were given back.
    ["order" / "redemption", "return" / "redemption"; Financial; "loyalty.burn-restored"]
    LoyaltyBurnRestored {
        /// The order.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// How many.
        points: Points,
        /// The entry at the loyalty engine.
        [default] reference: Option<ExternalRef>,
    }

    /// Earned points were taken back.
    ["order" / "accrual", "return" / "accrual"; Financial; "loyalty.accrual-reversed"]
    LoyaltyAccrualReversed {
        /// The order.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// How many.
        points: Points,
        /// The entry at the loyalty engine.
        [default] reference: Option<ExternalRef>,
    }

    /// A document was posted to the books.
    ["order" / "posting", "return" / "posting"; Financial; "erp.posted"]
    ErpPosted {
        /// The order.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// Which posting: sales-order, goods-issue, invoice, credit-memo, …
        posting: String,
        /// The document in the ERP.
        document: ExternalRef,
        /// What it comes to, where it moves money.
        [default] amount: Option<Money>,
    }

    /// A part of the work cannot go on by itself: a person is needed.
    ["order" / "exception", "return" / "exception", "loyalty" / "exception"; Financial; "exception.opened"]
    ExceptionOpened {
        /// The order.
        order_id: OrderId,
        /// The return, where it is one that is stuck.
        [default] return_id: Option<ReturnId>,
        /// The workflow.
        workflow: String,
        /// The step in it.
        step: String,
        /// A code to search by.
        code: String,
        /// What was met.
        why: String,
        /// What the operator should do.
        next_action: String,
        /// The money at risk.
        [default] money_at_risk: Option<Money>,
        /// The points at risk.
        [default] points_at_risk: Option<Points>,
    }

    /// What was stuck goes on.
    ["order" / "resolution", "return" / "resolution", "loyalty" / "resolution"; Internal; "exception.resolved"]
    ExceptionResolved {
        /// The order.
        order_id: OrderId,
        /// The return, where it was one that was stuck.
        [default] return_id: Option<ReturnId>,
        /// The workflow.
        workflow: String,
        /// The step in it.
        step: String,
        /// Who resolved it.
        by: String,
        /// What they said.
        why: String,
    }

    /// Goods came back.
    ["return" / "return"; Internal; "return.received"]
    ReturnReceived {
        /// The return.
        return_id: ReturnId,
        /// The order they were sold with.
        order_id: OrderId,
        /// Where they came back.
        location: LocationId,
        /// Which units.
        units: Vec<UnitId>,
    }

    /// It is decided what comes of a return: what is refunded, restored, taken back and restocked.
    ["return" / "return"; Financial; "return.decided"]
    ReturnDecided {
        /// The return.
        return_id: ReturnId,
        /// The order.
        order_id: OrderId,
        /// The units that are accepted.
        accepted: Vec<UnitId>,
        /// The units that are not.
        rejected: Vec<UnitId>,
        /// The money to give back.
        refund: Money,
        /// The spent points to give back.
        [default] points_restored: Option<Points>,
        /// The earned points to take back.
        [default] points_reversed: Option<Points>,
    }

    /// One of a return's four legs is settled.
    ["return" / "return"; Internal; "return.leg-settled"]
    ReturnLegSettled {
        /// The return.
        return_id: ReturnId,
        /// The order.
        order_id: OrderId,
        /// Which leg: stock, refund, loyalty, books.
        leg: String,
        /// What the backend calls it.
        [default] reference: Option<ExternalRef>,
    }

    /// Everything about a return is settled in every ledger.
    ["return" / "return"; Internal; "return.closed"]
    ReturnClosed {
        /// The return.
        return_id: ReturnId,
        /// The order.
        order_id: OrderId,
    }

    /// The payment provider took a refund on; the money is not there yet.
    ["return" / "refund"; Financial; "refund.submitted"]
    RefundSubmitted {
        /// The order.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// How much.
        amount: Money,
        /// The refund there.
        [default] reference: Option<ExternalRef>,
    }

    /// A refund has reached the customer's account.
    ["return" / "settlement"; Financial; "refund.settled"]
    RefundSettled {
        /// The order.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// How much.
        amount: Money,
        /// The refund at the payment provider.
        [default] reference: Option<ExternalRef>,
        /// When, by the provider.
        settled_at: Timestamp,
        /// What may still be refunded of the order.
        [default] remaining_refundable: Option<Money>,
    }

    /// A refund that was taken on failed: the customer still waits for the money.
    ["return" / "settlement"; Financial; "refund.failed"]
    RefundFailed {
        /// The order.
        order_id: OrderId,
        /// The return, where one caused it.
        [default] return_id: Option<ReturnId>,
        /// How much.
        amount: Money,
        /// The refund at the payment provider.
        [default] reference: Option<ExternalRef>,
        /// Why.
        reason: String,
    }
}
