//! A sentence for people about each event of the timeline.

use serde_json::Value;

/// What the event says, with the figures that matter.
pub(crate) fn of(kind: &str, data: &Value) -> String {
    let text = |pointer: &str| data.pointer(pointer).map(plain).unwrap_or_default();
    let money = |member| money_of(data, member);
    let points = || text("/points/quantity");
    match kind {
        "OrderReceived" => format!(
            "Order {} received from {}",
            text("/reference"),
            text("/channel")
        ),
        "InventoryReserved" => "Stock reserved".to_owned(),
        "PaymentAuthorised" => format!("Card authorised for {}", money("amount")),
        "OrderPlaced" => format!("Order placed: {} on the card", money("total")),
        "OrderRejected" => format!(
            "Order refused: {}; everything held was given back",
            text("/code")
        ),
        "OrderCancelled" => format!("Order cancelled: {}", text("/reason")),
        "OrderLineCancelled" => format!("{} cancelled: {}", units(data), text("/reason")),
        "OrderBackordered" => format!("{} wait for stock until {}", lines(data), text("/until")),
        "CancellationRefused" => format!("Cancellation refused: {}", text("/reason")),
        "LoyaltyHoldConfirmed" => format!("{} points burnt, worth {}", points(), money("value")),
        "LoyaltyAccrued" => format!("{} points earned, pending", points()),
        "LoyaltyMatured" => format!("{} points can be spent now", points()),
        "LoyaltyBurnRestored" => format!("{} burnt points restored", points()),
        "LoyaltyAccrualReversed" => format!("{} earned points taken back", points()),
        "ErpPosted" => format!("{} {} posted", text("/posting"), text("/document/value")),
        "PaymentVoided" => format!("{} of the authorisation released", money("amount")),
        "PaymentCaptured" => format!("{} captured", money("amount")),
        "OrderShipped" => format!("{} shipped from {}", units(data), text("/location")),
        "OrderCompleted" => "Everything has been shipped".to_owned(),
        "ReturnReceived" => format!("{} came back at {}", units(data), text("/location")),
        "ReturnDecided" => format!("Return accepted: {} to the card", money("refund")),
        "ReturnLegSettled" => format!("{} leg settled", text("/leg")),
        "ReturnClosed" => "Return closed: all four legs confirmed and read back".to_owned(),
        "ExceptionOpened" => {
            format!(
                "Waiting for a person: {} ({}); {}",
                text("/step"),
                text("/code"),
                text("/nextAction")
            )
        }
        "ExceptionResolved" => format!("{} goes on: {}", text("/step"), text("/why")),
        other => of_refund(other, data).unwrap_or_else(|| other.to_owned()),
    }
}

/// What an event of a refund says; none of another kind.
fn of_refund(kind: &str, data: &Value) -> Option<String> {
    let amount = || money_of(data, "amount");
    let reason = || data.pointer("/reason").map(plain).unwrap_or_default();
    Some(match kind {
        "RefundSubmitted" => format!("Refund of {} on its way", amount()),
        "RefundSettled" => format!("Refund of {} settled", amount()),
        "RefundFailed" => format!("Refund of {} failed: {}", amount(), reason()),
        "RefundReversed" => format!("Refund of {} came back: {}", amount(), reason()),
        "RefundAttributed" => format!(
            "{} refunded at the provider was for {}; {} as goodwill",
            amount(),
            units_or(data, "no unit"),
            money_of(data, "goodwill")
        ),
        _another_kind => return None,
    })
}

/// An amount of the event, `34.85 USD`.
fn money_of(data: &Value, member: &str) -> String {
    let part = |part| data.pointer(&format!("/{member}/{part}"));
    let part = |name| part(name).map(plain).unwrap_or_default();
    format!("{} {}", part("amount"), part("currency"))
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn units(data: &Value) -> String {
    let units = data.pointer("/units").and_then(Value::as_array);
    let units: Vec<String> = units.into_iter().flatten().map(plain).collect();
    units.join(", ")
}

/// The same, or how it is said that there are none.
fn units_or(data: &Value, none: &str) -> String {
    let units = units(data);
    if units.is_empty() {
        none.to_owned()
    } else {
        units
    }
}

/// Quantities by line, `1 B`.
fn lines(data: &Value) -> String {
    let lines = data.pointer("/lines").and_then(Value::as_array);
    let of = |line: &Value| format!("{} {}", plain(&line["quantity"]), plain(&line["lineId"]));
    let lines: Vec<String> = lines.into_iter().flatten().map(of).collect();
    lines.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_in_the_sentence() {
        let data = serde_json::json!({"refund": {"amount": "34.85", "currency": "USD"}});
        assert_eq!(
            of("ReturnDecided", &data),
            "Return accepted: 34.85 USD to the card"
        );
        let usd = |amount: &str| serde_json::json!({"amount": amount, "currency": "USD"});
        let data =
            serde_json::json!({"amount": usd("53.04"), "goodwill": usd("18.20"), "units": ["A#2"]});
        assert_eq!(
            of("RefundAttributed", &data),
            "53.04 USD refunded at the provider was for A#2; 18.20 USD as goodwill"
        );
    }
}
