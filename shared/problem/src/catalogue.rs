//! The one catalogue of problem codes: status, title, whether a retry may help.

macro_rules! catalogue {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:literal, $title:literal, $retry:literal;)+) => {
        /// Every code that any API answers with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// All of them, in the order of the docs page.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code on the wire, `out_of_stock`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The HTTP status it travels with.
            pub fn status(self) -> http::StatusCode {
                match self { $(Self::$name => const {
                    match http::StatusCode::from_u16($status) { Ok(status) => status, Err(_) => http::StatusCode::INTERNAL_SERVER_ERROR }
                },)+ }
            }

            /// The `title` of the problem (RFC 9457), the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// Whether the same request may succeed later.
            pub fn retryable(self) -> bool {
                match self { $(Self::$name => $retry,)+ }
            }

            /// What it means and what to do: the docs page's text.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)+ }
            }

            /// The code with that wire form.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

catalogue! {
    /// The request cannot be read at all: mend its syntax.
    InvalidRequest = "invalid_request", 400, "The request cannot be read", false;
    /// The body or parameters break the operation's schema; `errors` names each place.
    ValidationFailed = "validation_failed", 422, "The request breaks the operation's schema", false;
    /// A text field holds what looks like a card number: send the payment provider's token instead.
    CardNumberPresent = "card_number_present", 422, "Card numbers are not accepted", false;
    /// No valid bearer token: get one from `/oauth/token` or your identity provider.
    Unauthenticated = "unauthenticated", 401, "Authentication is required", false;
    /// The token lacks the operation's scope: ask for it to be granted to your application.
    Forbidden = "forbidden", 403, "The caller may not do this", false;
    /// It does not exist, or it is not yours to see.
    NotFound = "not_found", 404, "Not found", false;
    /// The path exists, the method does not: see the Allow header.
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed", false;
    /// The request took longer to arrive than the operation waits.
    RequestTimeout = "request_timeout", 408, "The request arrived too slowly", true;
    /// The body is larger than the operation takes.
    PayloadTooLarge = "payload_too_large", 413, "The body is too large", false;
    /// The headers of one request have more than 64 KiB in all: send less in them.
    HeadersTooLarge = "headers_too_large", 431, "The headers are too large", false;
    /// The operation reads `application/json` only.
    UnsupportedMediaType = "unsupported_media_type", 415, "Unsupported media type", false;
    /// The operation needs an `Idempotency-Key`: send a new quoted string per intended effect.
    IdempotencyKeyMissing = "idempotency_key_missing", 400, "An Idempotency-Key is required", false;
    /// The `Idempotency-Key` is no quoted string of 1 to 255 printable ASCII characters (RFC 9651).
    IdempotencyKeyInvalid = "idempotency_key_invalid", 400, "The Idempotency-Key cannot be read", false;
    /// The key was used with another request: use a new key for a new request.
    IdempotencyKeyReused = "idempotency_key_reused", 422, "The key was used with another request", false;
    /// The first request with this key is still at work: ask again with the same key.
    IdempotencyInFlight = "idempotency_in_flight", 409, "The first request is still at work", true;
    /// Too many requests for this consumer: wait for Retry-After.
    RateLimited = "rate_limited", 429, "Too many requests", true;
    /// The caller's deadline passed before there was an answer; the work may go on: ask with the same key.
    DeadlineExceeded = "deadline_exceeded", 504, "The deadline passed", true;
    /// A part that this operation needs cannot answer now: try again after Retry-After.
    Unavailable = "unavailable", 503, "Temporarily unavailable", true;
    /// Our defect: report it with the correlation id in `instance`.
    Internal = "internal", 500, "Something broke on our side", true;
    /// A backend's answer broke its contract; nothing of it was passed on.
    UpstreamContract = "upstream_contract", 502, "A backend answered outside its contract", true;
    /// A backend gave no definite answer: the same key finds out what happened.
    OutcomeUnknown = "outcome_unknown", 502, "The outcome is not known yet", true;
    /// A look-up proved that nothing happened at the backend; send it as a new intent.
    NothingHappened = "nothing_happened", 409, "Nothing happened at the backend", true;
    /// A connector's credentials or address are wrong: an operator must mend the configuration.
    Misconfigured = "misconfigured", 500, "A connector is misconfigured", false;
    /// No connector of that name is configured.
    ConnectorUnknown = "connector_unknown", 422, "Unknown connector", false;
    /// Not enough stock: lower the quantity or leave the line out.
    OutOfStock = "out_of_stock", 409, "Out of stock", false;
    /// The member has fewer points available than the order redeems.
    PointsInsufficient = "points_insufficient", 409, "Not enough points", false;
    /// The loyalty engine cannot answer: order without redeeming, or later.
    LoyaltyUnavailable = "loyalty_unavailable", 503, "Points cannot be redeemed now", true;
    /// The card was declined: choose another tender.
    CardDeclined = "card_declined", 402, "The card was declined", false;
    /// The quote is too old: ask for a new one.
    QuoteExpired = "quote_expired", 409, "The quote has expired", false;
    /// The quote is not one of ours, was changed, or belongs to somebody else.
    QuoteInvalid = "quote_invalid", 422, "The quote cannot be accepted", false;
    /// Totals of the order do not add up.
    AmountMismatch = "amount_mismatch", 422, "The amounts do not add up", false;
    /// Amounts or points add up to more than 64 bits hold: split the request, or correct them.
    AmountTooLarge = "amount_too_large", 422, "The amounts are too large to add up", false;
    /// The channel's order reference was used for another order.
    OrderReferenceReused = "order_reference_reused", 409, "The order reference is taken", false;
    /// The item master does not know the SKU.
    UnknownSku = "unknown_sku", 422, "Unknown SKU", false;
    /// One order has one currency.
    MixedCurrencies = "mixed_currencies", 422, "More than one currency", false;
    /// The order has been handed to fulfilment or shipped: return it instead.
    CancellationRefused = "cancellation_refused", 409, "The order can no longer be cancelled", false;
    /// The unit was returned before.
    AlreadyReturned = "already_returned", 409, "Already returned", false;
    /// More units than were sold and shipped.
    ReturnOverQuantity = "return_over_quantity", 409, "More than was sold", false;
    /// The return window has closed.
    ReturnWindowClosed = "return_window_closed", 409, "The return window has closed", false;
    /// The order's data changed since it was read: read it again.
    VersionConflict = "version_conflict", 412, "It was changed by somebody else", true;
    /// Debits and credits differ.
    UnbalancedEntry = "unbalanced_entry", 422, "The journal entry does not balance", false;
    /// The posting period is closed: post into the next one.
    PeriodClosed = "period_closed", 409, "The posting period is closed", false;
    /// The backend refused the document; `detail` holds its reason.
    PostingRejected = "posting_rejected", 422, "The posting was rejected", false;
    /// A reservation ran out before it was used.
    ReservationExpired = "reservation_expired", 409, "The reservation has expired", false;
    /// A hold of points ran out before it was confirmed.
    HoldExpired = "hold_expired", 409, "The hold has expired", false;
    /// A release, void or cancellation came first; the effect may not stand any more.
    Tombstoned = "tombstoned", 409, "It was undone before it was done", false;
    /// The authorisation ran out before it was captured.
    AuthorisationExpired = "authorisation_expired", 409, "The authorisation has expired", false;
    /// A capture may not exceed what was authorised.
    CaptureExceedsAuthorisation = "capture_exceeds_authorisation", 409, "More than was authorised", false;
    /// A refund may not exceed what was captured.
    RefundExceedsCapture = "refund_exceeds_capture", 409, "More than was captured", false;
    /// A kept message of a provider still cannot be used: mend what its reason names.
    WebhookUnusable = "webhook_unusable", 409, "The message cannot be used", false;
    /// More points than the accrual or burn ever held.
    PointsExceeded = "points_exceeded", 409, "More points than were moved", false;
    /// The object is in a state in which this cannot be done.
    WrongState = "wrong_state", 409, "Not possible in this state", false;
    /// The natural key exists with other content.
    ReferenceReused = "reference_reused", 409, "The reference exists with other content", false;
    /// Two or more customers match: ask for more to tell them apart.
    CustomerAmbiguous = "customer_ambiguous", 409, "More than one customer matches", false;
    /// The feed was lost, replaced or restored from an older copy since the cursor was given: leave the cursor out to read
    /// again from the beginning, and drop the events with an id that was seen.
    FeedReplaced = "feed_replaced", 409, "The feed is not the one that was read", false;
    /// What comes after the cursor has left the feed for the archive: leave the cursor out to begin at what is left. Older
    /// events are found by their correlation id; the timeline of their order shows them.
    EventsArchived = "events_archived", 410, "The events have left for the archive", false;
    /// It existed and was erased.
    Gone = "gone", 410, "It is gone", false;
    /// The tax quote is too old: ask for a new one.
    TaxQuoteExpired = "tax_quote_expired", 409, "The tax quote has expired", false;
    /// A webhook's signature, time or id is not right.
    SignatureInvalid = "signature_invalid", 401, "The signature is not valid", false;
    /// The call went through too many tiers.
    TooDeep = "too_deep", 508, "The call loops", false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_wire_form() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            assert!(
                code.status().as_u16() >= 400,
                "{code:?} has an unknown status"
            );
        }
    }
}
