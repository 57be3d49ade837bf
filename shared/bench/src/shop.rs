//! A whole gateway with plenty of one product in stock, and the callers of its channels.

use crate::engine::Setup;
use crossdock::{Gateway, Options, SeedData, Settings};
use crossdock_model::Clock;
use crossdock_outbound::{Endpoint, RequestBuilder};
use crossdock_policy::SubjectKind;
use http::{HeaderName, StatusCode, header};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Enough of the one SKU for any run.
const STOCK: u32 = 50_000_000;
/// How long the last orders may take to settle once nobody orders any more.
const DRAIN: Duration = Duration::from_mins(5);

/// Settings beside those of every bench, as environment variables without their prefix.
pub(crate) type Extra<'a> = &'a [(&'a str, &'a str)];

/// The gateway as it listens, with whoever calls it over HTTP.
pub(crate) struct Shop {
    pub(crate) gateway: Gateway,
    /// A customer at the web shop.
    pub(crate) customer: Endpoint,
    /// A customer at the web shop who has a loyalty card.
    pub(crate) member: Endpoint,
    /// A clerk at a till.
    pub(crate) clerk: Endpoint,
    /// An agent of customer service.
    pub(crate) agent: Endpoint,
    /// Whoever holds the operations token.
    pub(crate) operator: Endpoint,
}

impl Shop {
    /// Builds and starts the gateway over that folder.
    pub(crate) async fn open(
        setup: &Setup,
        folder: &Path,
        extra: Extra<'_>,
    ) -> Result<Self, String> {
        let gateway = build(setup, folder, extra).await?;
        let addresses = gateway.start().await.map_err(|error| error.to_string())?;
        let token = |consumer, on_behalf| {
            let token = gateway.token(consumer, Some(on_behalf));
            token
                .map(|token| token.access_token)
                .map_err(|denied| denied.why)
        };
        let customer = token("web-shop", (SubjectKind::Customer, "cust-cleo"))?;
        let member = token("web-shop", (SubjectKind::Customer, "cust-bob/member-bob"))?;
        let clerk = token("till", (SubjectKind::Clerk, "store-1/clerk-1"))?;
        let agent = token("service-desk", (SubjectKind::Agent, "agent-1"))?;
        let public = addresses.public;
        Ok(Self {
            customer: caller(public, &customer)?,
            member: caller(public, &member)?,
            clerk: caller(public, &clerk)?,
            agent: caller(public, &agent)?,
            operator: caller(addresses.operations, gateway.operations_token())?,
            gateway,
        })
    }

    /// Waits until nothing is under way any more; answers how many orders are invoiced.
    pub(crate) async fn settle(&self, clock: &Arc<dyn Clock>) -> u64 {
        let deadline = clock.monotonic() + DRAIN;
        let mut quiet = 0;
        // Between packing and shipping only the OMS is at work, so one quiet look proves nothing.
        while quiet < 20 && clock.monotonic() < deadline {
            let engine = self.gateway.engine();
            let live = engine.map_or(0, crossdock_workflow::Engine::live);
            quiet = if live == 0 { quiet + 1 } else { 0 };
            pause(clock, Duration::from_millis(50)).await;
        }
        self.invoices().await
    }

    /// How many orders are invoiced: the last entry of the last ledger.
    pub(crate) async fn invoices(&self) -> u64 {
        let Some(erp) = self.gateway.backend("erp", "main") else {
            return 0;
        };
        let sql = "SELECT count(*) FROM document WHERE kind = 'INV'";
        let count = erp
            .book
            .read(|books| books.query_row(sql, [], |row| row.get::<_, i64>(0)))
            .await;
        let count = count.ok().and_then(|count| u64::try_from(count).ok());
        count.unwrap_or(0)
    }
}

async fn build(setup: &Setup, folder: &Path, extra: Extra<'_>) -> Result<Gateway, String> {
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut set =
        |key: &str, value: &str| variables.push((format!("CROSSDOCK__{key}"), value.into()));
    for listener in ["PUBLIC", "HOOKS", "INTERNAL", "OPERATIONS"] {
        set(&format!("LISTENERS__{listener}"), "127.0.0.1:0");
    }
    for class in ["DEFAULT", "READ", "CHECKOUT", "RETURNS", "LOYALTY"] {
        set(&format!("POLICY__LIMITS__{class}__BURST"), "100000000");
    }
    set("POLICY__ADDRESSES__BURST", "100000000");
    set("BACKENDS__AUTO_PILOT", "20ms");
    set("BACKENDS__AUTO_SETTLE", "20ms");
    set("MATURITY__WINDOW", "0s");
    set("TELEMETRY__LEVEL", "error");
    for (key, value) in extra {
        set(key, value);
    }
    let (settings, _) =
        Settings::from_parts(None, variables).map_err(|faults| faults.to_string())?;
    let seed_data = SeedData {
        erp: sys_erp_embedded::Seed::plenty("A-1", STOCK),
        oms: sys_oms_embedded::Seed::plenty("A-1", STOCK),
        ..SeedData::demo()
    };
    let options = Options::in_folder(folder)
        .with_clock(Arc::clone(&setup.clock))
        .with_ids(Arc::clone(&setup.ids))
        .with_seed_data(seed_data);
    Gateway::build(settings, options)
        .await
        .map_err(|error| error.to_string())
}

/// Who calls that listener with that token.
fn caller(address: std::net::SocketAddr, token: &str) -> Result<Endpoint, String> {
    let base = url::Url::parse(&format!("http://{address}")).map_err(|error| error.to_string())?;
    let client = crossdock_outbound::client().map_err(|error| error.to_string())?;
    let endpoint = Endpoint::remote(client, base);
    Ok(endpoint.with_header(header::AUTHORIZATION, &format!("Bearer {token}")))
}

/// A quote and an order on it, as the web shop asks for them; the order's id where it was placed.
pub(crate) async fn order(customer: &Endpoint, reference: &str) -> Option<String> {
    place(customer, reference, &Value::Null).await.ok()
}

/// The same, with an e-mail address and a phone number at which the buyer can be reached about it.
///
/// What was answered instead, where it was not placed.
pub(crate) async fn place(
    customer: &Endpoint,
    reference: &str,
    contact: &Value,
) -> Result<String, String> {
    let quote = json!({
        "lines": [{"sku": "A-1", "quantity": 1}],
        "shipTo": {
            "country": "US", "region": "TX", "postalCode": "78701", "city": "Austin",
            "lines": ["1 Main Street"],
        },
    });
    let asked = customer.post("/ecommerce/v1/quotes").json(&quote);
    let quote = answered(asked, StatusCode::OK).await?;
    let mut place = json!({
        "quoteId": quote.get("quoteId"), "channelRef": reference, "tender": {"token": "tok_visa"},
    });
    if let (Some(place), false) = (place.as_object_mut(), contact.is_null()) {
        place.insert("contact".to_owned(), contact.clone());
    }
    let key = HeaderName::from_static("idempotency-key");
    let sending = customer
        .post("/ecommerce/v1/orders")
        .header(key, &format!("\"{reference}\""));
    let placed = answered(sending.json(&place), StatusCode::CREATED).await?;
    let id = placed.get("id").and_then(Value::as_str);
    id.map(str::to_owned)
        .ok_or_else(|| format!("an order without an id: {placed}"))
}

async fn answered(request: RequestBuilder<'_>, expected: StatusCode) -> Result<Value, String> {
    let reply = request.send().await.map_err(|error| error.to_string())?;
    if reply.status != expected {
        let (status, body) = (reply.status, String::from_utf8_lossy(&reply.body));
        return Err(format!("{status} instead of {expected}: {body}"));
    }
    reply.json().map_err(|error| error.to_string())
}

pub(crate) async fn pause(clock: &Arc<dyn Clock>, time: Duration) {
    let now = clock.now();
    clock
        .sleep_until(now.saturating_add(time).unwrap_or(now))
        .await;
}
