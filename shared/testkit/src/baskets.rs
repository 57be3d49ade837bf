//! The golden baskets of the domain, as a channel asks for them.

use serde_json::{Value, json};

/// G1: A 2×$40, B 1×$25, 10 % off the order, 1,000 points, to Texas, shipping $5.
pub fn g1() -> Value {
    json!({
        "lines": [
            {"id": "A", "sku": "A-1", "quantity": 2},
            {"id": "B", "sku": "B-1", "quantity": 1},
        ],
        "shipTo": address("TX", "78701", "Austin"),
        "shipping": "standard",
        "codes": ["TENOFF"],
        "redeemPoints": 1000,
    })
}

/// G2: A 3×$24.50 with 15 % off, B 2×$7.35, $5 off the order, 500 points, to New York, shipping $4.95 taxed.
pub fn g2() -> Value {
    json!({
        "lines": [
            {"id": "A", "sku": "A-2", "quantity": 3},
            {"id": "B", "sku": "B-2", "quantity": 2},
        ],
        "shipTo": address("NY", "10012", "New York"),
        "shipping": "economy",
        "codes": ["A15", "FIVEOFF"],
        "redeemPoints": 500,
    })
}

fn address(region: &str, postal_code: &str, city: &str) -> Value {
    json!({
        "country": "US", "region": region, "postalCode": postal_code, "city": city,
        "lines": ["1 Main Street"],
    })
}
