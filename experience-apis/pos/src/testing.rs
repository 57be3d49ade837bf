//! A till over process APIs that answer what a test says.

use crate::api;
use crossdock_outbound::Directory;
use crossdock_rig::{Channel, declared_whole};
use proc_inventory_contract::InventoryClient;
use proc_order_contract::OrderClient;
use proc_return_contract::ReturnClient;
use serde_json::Value;

/// Over process APIs that answer `METHOD path` with that status and body, and 404 to all else.
pub(crate) fn answering(answers: &[(&str, u16, Value)]) -> Channel {
    let below = [OrderClient::API, ReturnClient::API, InventoryClient::API];
    Channel::over(&below, answers, "till", api)
}

#[test]
fn every_operation_is_declared_whole() {
    assert_eq!(declared_whole(&api(&Directory::default())), 6);
}
