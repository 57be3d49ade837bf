//! What every system API keeps to: nothing is left out at the set-up, and one answer to who serves whom.

use crate::{
    BackendWrite, ConnectedBackends, ConnectorContext, Deps, EmbeddedSettings, RoutingRule,
    Settings, or_not_found,
};
use axum::body::{Body, to_bytes};
use axum::extract::FromRequestParts as _;
use axum::http::{Request, StatusCode};
use crossdock_model::{
    ApiId, Caller, ConnectorName, Context, Correlation, Delivery, Fault, StepKey, Timestamp,
};
use crossdock_outbound::{Ability, Backends, CONNECTOR, MaxInFlight, PinnedConnector, RoutingKey};
use crossdock_runtime::{Api, Domain, ManualClock};
use crossdock_settings::Faults;
use serde_json::{Value, json};
use std::cell::Cell;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use tower::ServiceExt as _;

const SHOP: ApiId = ApiId::system("shop");

/// A port that any name implements: its own.
trait Named: fmt::Debug + Send + Sync {
    fn name(&self) -> &str;
}

impl Named for ConnectorName {
    fn name(&self) -> &str {
        self.as_str()
    }
}

fn connect(
    settings: &EmbeddedSettings,
    connector: &ConnectorContext<'_>,
) -> Result<Arc<dyn Named>, Faults> {
    let vendor = settings.vendor(connector)?;
    Ok(Arc::new(vendor.name().clone()))
}

fn rule(connector: &str, brand: Option<&str>) -> RoutingRule {
    RoutingRule {
        connector: connector.into(),
        tenant: None,
        brand: brand.map(str::to_owned),
        capability: None,
    }
}

/// Connectors with an address each, but for those whose name begins with `lost`.
fn set_up(
    names: &[&str],
    routing: Vec<RoutingRule>,
) -> Result<ConnectedBackends<dyn Named>, Faults> {
    let connector = |name: &&str| {
        let address = (!name.starts_with("lost")).then(|| "http://127.0.0.1:9".parse().unwrap());
        let settings = EmbeddedSettings {
            base_url: address,
            api_key: "key".into(),
            max_in_flight: MaxInFlight::default(),
        };
        (ConnectorName::from(*name), settings)
    };
    let deps = Deps {
        settings: Settings {
            connectors: names.iter().map(connector).collect(),
            routing,
        },
        backends: Backends::new(crossdock_outbound::client().unwrap()),
        clock: Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)),
    };
    deps.connect(SHOP, connect)
}

fn keys(faults: &Faults) -> Vec<&str> {
    faults.iter().map(|fault| fault.key.as_str()).collect()
}

#[test]
fn an_api_without_a_connector_is_not_built() {
    let faults = set_up(&[], Vec::new()).unwrap_err();
    assert_eq!(keys(&faults), ["shop.connectors"]);
}

#[test]
fn a_rule_that_names_nobody_is_refused_by_its_place() {
    let faults = set_up(
        &["north"],
        vec![rule("north", Some("n")), rule("south", None)],
    );
    let faults = faults.unwrap_err();
    assert_eq!(keys(&faults), ["shop.routing.1.connector"]);
    assert!(faults.to_string().contains("'south'"), "{faults}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let faults = set_up(&["lost-1", "north", "lost-2"], vec![rule("south", None)]).unwrap_err();
    let wanted = [
        "shop.routing.0.connector",
        "shop.connectors.lost-1.base-url",
        "shop.connectors.lost-2.base-url",
    ];
    assert_eq!(keys(&faults), wanted);
}

#[test]
fn a_stray_key_is_refused() {
    let read = |text: Value| serde_json::from_value::<Settings<EmbeddedSettings>>(text);
    let connectors = json!({"main": {"api-key": "k"}});
    assert!(read(json!({"connectors": connectors})).is_ok());
    assert!(read(json!({"connectors": connectors, "rooting": []})).is_err());
    assert!(read(json!({"connectors": {"main": {"api-key": "k", "x": 1}}})).is_err());
}

fn two() -> ConnectedBackends<dyn Named> {
    set_up(
        &["north", "south"],
        vec![rule("north", Some("n")), rule("south", None)],
    )
    .unwrap()
}

fn context() -> Context {
    let caller = Caller::workflow("acme".into());
    Context::new(caller, Correlation("journey-1".into()))
}

#[test]
fn a_request_is_served_by_the_connector_that_its_order_pins_or_by_the_routed_one() {
    let two = two();
    let brand = RoutingKey {
        brand: Some("n".into()),
        capability: None,
    };
    let free = PinnedConnector(None);
    let selected = |pinned: &PinnedConnector, key: &RoutingKey| {
        let (name, backend) = two.select(pinned, &context(), key).unwrap();
        assert_eq!(name.as_str(), backend.name());
        name.to_string()
    };
    assert_eq!(selected(&free, &brand), "north");
    assert_eq!(selected(&free, &RoutingKey::default()), "south");
    let pinned = PinnedConnector(Some("north".into()));
    assert_eq!(selected(&pinned, &RoutingKey::default()), "north");
}

#[test]
fn a_webhook_of_a_connector_that_is_not_there_is_404() {
    let two = two();
    assert_eq!(two.named("south").unwrap().1.name(), "south");
    assert_eq!(two.named("west").unwrap_err().status, 404);
    assert_eq!(
        or_not_found::<u8>(None, "no west").unwrap_err().detail,
        "no west"
    );
}

#[tokio::test]
async fn a_repeated_delivery_is_looked_up_before_it_is_sent() {
    let sent = Cell::new(0);
    let delivery = Delivery {
        key: StepKey("key-1".into()),
        attempt: NonZeroU32::new(2).unwrap(),
        first_sent: Timestamp::UNIX_EPOCH,
        last_sent: Timestamp::UNIX_EPOCH,
        context: context(),
    };
    let call = || {
        sent.set(sent.get() + 1);
        async { Ok::<_, Fault>("sent") }
    };
    let probe = async || Ok(Some("found"));
    let ability = Ability::Probe {
        settles_in: std::time::Duration::ZERO,
    };
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.extensions.insert(context());
    parts.extensions.insert(delivery);
    let write = BackendWrite::from_request_parts(&mut parts, &Arc::new(two())).await;
    let write = write.unwrap();
    assert_eq!(write.backend().unwrap().name(), "south");
    let done = write.once(ability, call, probe).await.unwrap();
    assert_eq!((done.0, sent.get()), ("found", 0));
}

async fn asked(path: &str, pinned: Option<&str>) -> (StatusCode, Value) {
    let api = Api::new(SHOP, "", two().routing(Domain::Commerce, &["shop:read"]));
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    request.extensions_mut().insert(context());
    if let Some(pinned) = pinned {
        let name = pinned.parse().unwrap();
        request.headers_mut().insert(CONNECTOR, name);
    }
    let answer = api.router.oneshot(request).await.unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn routing_names_the_pinned_connector_before_the_routed_one() {
    let routed = |name: &str| (StatusCode::OK, json!({"connector": name}));
    assert_eq!(asked("/routing?brand=n", None).await, routed("north"));
    assert_eq!(asked("/routing", None).await, routed("south"));
    let pinned = asked("/routing?brand=n", Some("south")).await;
    assert_eq!(pinned, routed("south"));
}

#[tokio::test]
async fn routing_refuses_what_it_does_not_know() {
    let (status, problem) = asked("/routing", Some("west")).await;
    assert_eq!(
        (status, &problem["code"]),
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            &json!("connector_unknown")
        )
    );
    let (status, problem) = asked("/routing?brend=n", None).await;
    assert_eq!(
        (status, &problem["code"]),
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            &json!("validation_failed")
        )
    );
}

#[test]
fn routing_is_declared_in_the_apis_own_name() {
    let api = Api::new(SHOP, "", two().routing(Domain::Commerce, &["shop:read"]));
    let contract = serde_json::to_value(api.contract).unwrap();
    let operation = &contract["paths"]["/routing"]["get"];
    assert_eq!(operation["operationId"], "shop_get_routing");
    assert_eq!(operation["security"], json!([{"bearer": ["shop:read"]}]));
    assert_eq!(operation["x-domain"], "commerce");
    assert_eq!(operation["x-limit-class"], "read");
    assert_eq!(operation["parameters"].as_array().unwrap().len(), 2);
}
