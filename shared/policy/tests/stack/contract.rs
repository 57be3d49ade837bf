//! What is not declared whole does not start, and the default configuration is whole.

use crate::support::{DEFAULTS, SHOP, Shop};
use crossdock_policy::protect;
use crossdock_runtime::Api;
use crossdock_settings::{Listeners, StoreSettings, TelemetrySettings, TierSettings, Tree};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[utoipa::path(get, path = "/open", operation_id = "left_open", responses((status = 200)))]
async fn left_open() {}

#[tokio::test]
async fn an_operation_without_security_does_not_start() {
    let shop = Shop::new();
    let api = Api::new(
        SHOP,
        "A door without a lock.",
        OpenApiRouter::new().routes(routes!(left_open)),
    );
    let error = protect(api, &shop.policy.profile(SHOP), &shop.shared).unwrap_err();
    assert!(
        error.to_string().contains("left_open declares no security"),
        "{error}"
    );
}

#[test]
fn the_default_configuration_reads_into_its_sections() {
    let mut tree = Tree::load(DEFAULTS, None, []).unwrap();
    let listeners: Listeners = tree.section("listeners").unwrap();
    assert_eq!(listeners.public.port(), 8080);
    assert_eq!(tree.section::<StoreSettings>("store").unwrap().shards, 8);
    assert!(
        tree.section::<TierSettings>("tier")
            .unwrap()
            .secret
            .is_none()
    );
    assert_eq!(
        tree.section::<TelemetrySettings>("telemetry")
            .unwrap()
            .level,
        "info"
    );
}

#[test]
fn an_override_of_an_api_that_does_not_exist_is_found() {
    let shop = Shop::with(&[
        (
            "CROSSDOCK__POLICY__APIS__EXPERIENCE/ECOMMERCE__DEADLINE",
            "5s",
        ),
        (
            "CROSSDOCK__POLICY__APIS__EXPERIENCE/ECOMERCE__DEADLINE",
            "5s",
        ),
    ]);
    assert_eq!(shop.policy.unknown_apis(&[SHOP]), ["experience/ecomerce"]);
    assert_eq!(shop.policy.profile(SHOP).deadline.as_secs(), 5);
}
