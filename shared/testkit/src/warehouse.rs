//! The people who pick, pack and ship, at the OMS's own API.

use crossdock_outbound::Endpoint;
use serde_json::{Value, json};

/// The merchant's name at the OMS: the tenant.
const MERCHANT: &str = "acme";

/// The order management system, called at its own API.
#[derive(Debug)]
pub struct Warehouse {
    oms: Endpoint,
}

impl Warehouse {
    pub(crate) fn new(oms: Endpoint) -> Self {
        Self { oms }
    }

    /// Accepts, picks and packs everything of an order; answers its fulfilment orders.
    pub async fn pack(&self, order: &str) -> Vec<String> {
        let jobs = self.jobs(order).await;
        for job in &jobs {
            self.pack_one(job).await;
        }
        jobs
    }

    /// Accepts, picks and packs one fulfilment order.
    pub async fn pack_one(&self, job: &str) {
        self.act(job, "accept", &json!({})).await;
        let items = self.show(&format!("fulfilments/{job}")).await["items"].clone();
        let picked: Vec<Value> = items
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| json!({"item": item["item"], "picked": item["qty"]}))
            .collect();
        self.act(job, "pick", &json!({"items": picked})).await;
        self.act(job, "pack", &json!({})).await;
    }

    /// Accepts one fulfilment order and picks it, with so many found of those items.
    pub async fn picks(&self, job: &str, found: &[(&str, u32)]) {
        self.act(job, "accept", &json!({})).await;
        let items = found.iter();
        let items = items.map(|(item, picked)| json!({"item": item, "picked": picked}));
        let picked = json!({"items": items.collect::<Vec<_>>()});
        self.act(job, "pick", &picked).await;
    }

    /// Packs a picked fulfilment order.
    pub async fn packs(&self, job: &str) {
        self.act(job, "pack", &json!({})).await;
    }

    /// The location will not ship a fulfilment order.
    pub async fn refuses(&self, job: &str) {
        let why = json!({"reason": "closed for stock-taking"});
        self.act(job, "reject", &why).await;
    }

    /// Ships a packed fulfilment order that was let go.
    pub async fn ship(&self, job: &str) {
        self.act(job, "ship", &json!({"carrier": "ups", "tracking": "1Z999"}))
            .await;
    }

    /// Somebody has counted the shelf of a SKU.
    pub async fn counts(&self, node: &str, sku: &str, counted: u32) {
        let path = format!("/v1/{MERCHANT}/counts");
        let count = json!({"node": node, "sku": sku, "counted": counted});
        let reply = self.oms.post(path).json(&count).send().await;
        let reply = reply.expect("the OMS answers");
        let said = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(reply.status.is_success(), "count of {sku}: {said}");
    }

    /// The fulfilment orders of an order.
    pub async fn jobs(&self, order: &str) -> Vec<String> {
        let order = self.show(&format!("orders/{order}")).await;
        let jobs = order["fulfilments"].as_array().cloned().unwrap_or_default();
        jobs.iter()
            .filter_map(|job| job["no"].as_str())
            .map(str::to_owned)
            .collect()
    }

    async fn show(&self, what: &str) -> Value {
        let path = format!("/v1/{MERCHANT}/{what}");
        let reply = self.oms.get(path).send().await.expect("the OMS answers");
        assert!(
            reply.status.is_success(),
            "{what}: {}",
            String::from_utf8_lossy(&reply.body)
        );
        serde_json::from_slice(&reply.body).unwrap_or(Value::Null)
    }

    async fn act(&self, job: &str, act: &str, body: &Value) {
        let path = format!("/v1/{MERCHANT}/fulfilments/{job}/{act}");
        let reply = self
            .oms
            .post(path)
            .json(body)
            .send()
            .await
            .expect("the OMS answers");
        let said = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(reply.status.is_success(), "{act} {job}: {said}");
    }
}
