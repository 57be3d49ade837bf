//! Sample answers of the process tier: an order, its return, an evaluation.

use serde_json::{Value, json};

/// The id of every order and return in these tests.
pub const ID: &str = "0199a0c0-0000-7000-8000-000000000001";

/// Dollars as contracts write them.
pub fn amount(dollars: &str) -> Value {
    json!({"amount": dollars, "currency": "USD"})
}

/// An order of two units, one of them shipped, bought by that customer or by a guest.
pub fn order(customer: Option<&str>) -> Value {
    let unit = |id: &str, state: &str| {
        json!({"units": id, "quantity": 1, "sku": "SKU-A", "state": state, "paid": amount("48.24"), "tax": amount("3.74"),
            "pointsBurnt": 500, "pointsEarned": 48})
    };
    let mut order = json!({
        "id": ID, "channel": "ecommerce", "channelRef": "web-1", "account": "web-shop", "mode": "checkout",
        "lifecycle": "placed", "status": "InTransit",
        "lines": [{"id": "1", "sku": "SKU-A", "quantity": 2, "unitPrice": amount("50.00"), "taxCategory": "standard"}],
        "promotions": [],
        "redemption": {"program": "stars", "points": 1000, "value": amount("10.00"),
            "treatment": "pre-tax-discount", "funding": "retailer"},
        "earn": {"program": "stars", "points": 96, "rule": "r1", "liabilityRate": {"numerator": 1, "denominator": 1}},
        "totals": {"gross": amount("100.00"), "promotions": amount("0.00"), "points": amount("10.00"),
            "charges": amount("0.00"), "tax": amount("7.48"), "card": amount("96.48")},
        "units": [unit("1#1", "shipped"), unit("1#2", "open")],
        "shipments": [{"id": "f-1", "location": "store-7", "units": ["1#1"], "tracking": "1Z"}],
        "correlation": "c-1", "receivedAt": "2026-01-02T03:04:05Z", "placedAt": "2026-01-02T03:04:06Z",
    });
    if let Some(customer) = customer {
        order["customer"] = json!(customer);
        order["member"] = json!("member-ada");
    }
    order
}

/// A return of one unit whose refund is settled, taken by that channel at that location.
pub fn returned(channel: &str, location: &str) -> Value {
    json!({
        "id": ID, "orderId": ID, "location": location, "channel": channel, "status": "settling",
        "units": [{"units": "1#1", "quantity": 1, "sku": "SKU-A", "disposition": "restock", "refund": amount("48.24"),
            "tax": amount("3.74"), "pointsRestored": 500, "pointsReversed": 48}],
        "refund": amount("48.24"), "tax": amount("3.74"), "pointsRestored": 500, "pointsReversed": 48,
        "legs": [{"leg": "refund", "state": "settled",
            "references": [{"system": "payment-main", "kind": "refund", "value": "re_1"}]}],
        "decidedAt": "2026-01-02T03:04:05Z",
    })
}

/// What a return of one of its units would bring.
pub fn evaluation() -> Value {
    json!({"orderId": ID, "units": [], "refund": amount("48.24"), "tax": amount("3.74"),
        "pointsRestored": 500, "pointsReversed": 48, "windowEnds": "2026-02-01T00:00:00Z"})
}
