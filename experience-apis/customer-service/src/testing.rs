//! A desk over process APIs that answer what a test says.

use crate::api;
use crossdock_outbound::Directory;
use crossdock_rig::{Channel, ID, amount, declared_whole};
use proc_loyalty_contract::LoyaltyClient;
use proc_order_contract::OrderClient;
use proc_return_contract::ReturnClient;
use serde_json::{Value, json};

/// Over process APIs that answer `METHOD path` with that status and body, and 404 to all else.
pub(crate) fn answering(answers: &[(&str, u16, Value)]) -> Channel {
    let below = [OrderClient::API, ReturnClient::API, LoyaltyClient::API];
    Channel::over(&below, answers, "service-desk", api)
}

/// A timeline in which one authorisation appears twice, as the process tier answers it.
pub(crate) fn timeline() -> Value {
    let entry = |event: &str, data: Value| {
        json!({"at": "2026-01-02T03:04:06Z", "lane": "process/order", "event": event,
            "summary": "A sentence.", "data": data})
    };
    let authorised = json!({"system": "payment-main", "kind": "authorisation", "value": "au_1"});
    let reserved = json!({"system": "oms-main", "kind": "reservation", "value": "r-1"});
    json!({
        "orderId": ID,
        "entries": [
            entry("PaymentAuthorised", json!({"reference": authorised})),
            entry("OrderPlaced", json!({"tenders": [{"reference": authorised}], "reservation": reserved})),
            entry("ShipmentShipped", json!({"shipment": "f-1", "quantity": 1})),
        ],
        "steps": [{"workflow": "place_order", "instance": "i-1", "step": "await_shipped",
            "state": "running", "attempts": 1, "effectKey": "k-1"}],
        "position": {"total": amount("96.48"), "captured": amount("48.24"), "refunded": amount("0.00"),
            "pointsBurnt": 1000, "pointsEarned": 96},
        "asOf": "2026-01-02T03:05:00Z",
    })
}

#[test]
fn every_operation_is_declared_whole() {
    assert_eq!(declared_whole(&api(&Directory::default())), 7);
}
