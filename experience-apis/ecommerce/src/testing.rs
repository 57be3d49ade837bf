//! A shop over process APIs that answer what a test says.

use crate::api;
use crossdock_model::Subject;
use crossdock_outbound::Directory;
use crossdock_rig::{Channel, declared_whole};
use proc_inventory_contract::InventoryClient;
use proc_loyalty_contract::LoyaltyClient;
use proc_order_contract::OrderClient;
use proc_return_contract::ReturnClient;
use serde_json::{Value, json};

/// Over process APIs that answer `METHOD path` with that status and body, and 404 to all else.
pub(crate) fn answering(answers: &[(&str, u16, Value)]) -> Channel {
    let below = [
        OrderClient::API,
        ReturnClient::API,
        LoyaltyClient::API,
        InventoryClient::API,
    ];
    Channel::over(&below, answers, "web-shop", api)
}

/// The shop itself, for a guest.
pub(crate) fn guest() -> Subject {
    Subject::Application
}

pub(crate) fn address() -> Value {
    json!({"country": "US", "region": "TX", "postalCode": "78701", "city": "Austin", "lines": ["1 Main St"]})
}

#[test]
fn every_operation_is_declared_whole() {
    assert_eq!(declared_whole(&api(&Directory::default())), 14);
}
