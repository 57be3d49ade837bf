//! The embedded OMS over its HTTP API: settings, calls, refusals in the shop's words.

mod answer;
mod map;
mod refusal;
mod request;

use crate::port::{Abilities, Notice, OmsBackend, Step};
use async_trait::async_trait;
use crossdock_events::webhook::{Secret, Verifier};
use crossdock_model::{Delivery, Fault, Sku, Tenant, Timestamp};
use crossdock_outbound::{Ability, Lookup, MaxInFlight};
use crossdock_settings::Faults;
use crossdock_system::{Slot, Vendor, under_key};
use http::{HeaderMap, Method};
use map::Mapper;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sys_oms_contract::{
    AuthoriseShipment, Availability, CancelOrder, Cancelled, CreateOrder, FulfilmentOrder,
    OmsOrder, Receipt, ReceiveReturn, Release, Released, Reservation, Reserve, ShipGate,
};
use url::Url;

/// How long a reservation stands unless another time is asked for.
const RESERVATION_SECONDS: u32 = 900;

/// Where the embedded OMS is, and how both sides prove themselves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Its address; absent when it lives in this process.
    #[serde(default)]
    pub base_url: Option<Url>,
    /// What it knows us by.
    pub api_key: SecretString,
    /// The most calls to it at once.
    #[serde(default)]
    pub max_in_flight: MaxInFlight,
    /// What it signs its webhooks with, `whsec_…`.
    pub webhook_secret: SecretString,
    /// Whether parcels wait for our word.
    #[serde(default = "native")]
    pub ship_gate: ShipGate,
}

fn native() -> ShipGate {
    ShipGate::Native
}

/// The adapter to the embedded OMS.
#[derive(Debug)]
pub(crate) struct EmbeddedOms {
    vendor: Vendor,
    ship_gate: ShipGate,
    verifier: Verifier,
    map: Mapper,
}

impl EmbeddedOms {
    pub(crate) fn connect(settings: &Settings, slot: &Slot<'_>) -> Result<Self, Faults> {
        let secret = Secret::parse(settings.webhook_secret.expose_secret());
        let secret = secret.map_err(|error| slot.fault("webhook-secret", error.to_string()))?;
        Ok(Self {
            vendor: slot.vendor(
                settings.base_url.as_ref(),
                &settings.api_key,
                settings.max_in_flight,
            )?,
            map: Mapper::new(slot.name().clone()),
            ship_gate: settings.ship_gate,
            verifier: Verifier::new(vec![secret]),
        })
    }

    /// A write, under the delivery's key.
    async fn write<T: DeserializeOwned>(
        &self,
        to: &Delivery,
        method: Method,
        path: String,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<T, Fault> {
        let sending = under_key(self.vendor.request(method, path), to);
        let sending = match body {
            Some(body) => sending.json(body),
            None => sending,
        };
        refusal::written(&sending.send().await?)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        to: &Delivery,
        path: String,
        body: &(impl Serialize + Sync),
    ) -> Result<T, Fault> {
        self.write(to, Method::POST, path, Some(body)).await
    }

    async fn find<T: DeserializeOwned>(&self, path: String) -> Lookup<T> {
        refusal::found(&self.vendor.get(path).send().await?)
    }
}

#[async_trait]
impl OmsBackend for EmbeddedOms {
    fn abilities(&self) -> Abilities {
        Abilities {
            reserve: Ability::NaturalKey,
            release: Ability::NaturalKey,
            create_order: Ability::NaturalKey,
            cancel_order: Ability::NaturalKey,
            authorise: Ability::NaturalKey,
            work: Ability::NaturalKey,
            receive: Ability::NaturalKey,
            ship_gate: self.ship_gate,
            tombstones: true,
            reservation_seconds: RESERVATION_SECONDS,
        }
    }

    async fn availability(&self, skus: &[Sku]) -> Result<Vec<Availability>, Fault> {
        let skus: Vec<String> = skus
            .iter()
            .map(|sku| request::escaped(sku.as_str()))
            .collect();
        let path = format!("/v1/stock?skus={}", skus.join("%20"));
        let answer = self.find(path).await?;
        let answer = answer.ok_or_else(|| Fault::poison("the OMS has no stock to ask for"))?;
        Mapper::availability(answer)
    }

    async fn find_reservation(&self, tenant: &Tenant, order: &str) -> Lookup<Reservation> {
        let hold = self.find(request::path(tenant, &["holds", order])).await?;
        hold.map(|hold| self.map.reservation(hold)).transpose()
    }

    async fn find_order(&self, tenant: &Tenant, order: &str) -> Lookup<OmsOrder> {
        let order = self.find(request::path(tenant, &["orders", order])).await?;
        order.map(|order| self.map.order(order)).transpose()
    }

    async fn find_fulfilment(&self, tenant: &Tenant, number: &str) -> Lookup<FulfilmentOrder> {
        let job = self
            .find(request::path(tenant, &["fulfilments", number]))
            .await?;
        job.map(|job| self.map.fulfilment(job)).transpose()
    }

    async fn find_receipt(&self, tenant: &Tenant, return_id: &str) -> Lookup<Receipt> {
        let receipt = self
            .find(request::path(tenant, &["receipts", return_id]))
            .await?;
        receipt.map(|receipt| self.map.receipt(receipt)).transpose()
    }

    async fn reserve(&self, to: &Delivery, reserve: &Reserve) -> Result<Reservation, Fault> {
        let path = request::path(&to.context.caller.tenant, &["holds"]);
        let hold = self
            .post(to, path, &request::NewHold::from(reserve))
            .await?;
        self.map.reservation(hold)
    }

    async fn release(&self, to: &Delivery, release: &Release) -> Result<Released, Fault> {
        let path = request::path(&to.context.caller.tenant, &["holds", &release.reference]);
        let freed = self.write(to, Method::DELETE, path, None::<&()>).await?;
        self.map.released(freed)
    }

    async fn create_order(&self, to: &Delivery, create: &CreateOrder) -> Result<OmsOrder, Fault> {
        let path = request::path(&to.context.caller.tenant, &["orders"]);
        let gated = self.ship_gate == ShipGate::Native;
        let order = request::NewOrder::new(create, gated, &to.context.correlation);
        self.map.order(self.post(to, path, &order).await?)
    }

    async fn cancel_order(&self, to: &Delivery, cancel: &CancelOrder) -> Result<Cancelled, Fault> {
        let tenant = &to.context.caller.tenant;
        let path = request::path(tenant, &["orders", &cancel.reference, "cancel"]);
        let freed = self.write(to, Method::POST, path, None::<&()>).await?;
        self.map.cancelled(freed)
    }

    async fn authorise(
        &self,
        to: &Delivery,
        authorise: &AuthoriseShipment,
    ) -> Result<FulfilmentOrder, Fault> {
        let tenant = &to.context.caller.tenant;
        let path = ["fulfilments", &authorise.fulfilment_order, "authorise"];
        let path = request::path(tenant, &path);
        let job = self.write(to, Method::POST, path, None::<&()>).await?;
        self.map.fulfilment(job)
    }

    async fn work(
        &self,
        to: &Delivery,
        number: &str,
        step: &Step,
    ) -> Result<FulfilmentOrder, Fault> {
        let at = |step| request::path(&to.context.caller.tenant, &["fulfilments", number, step]);
        let none = None::<&()>;
        let job = match step {
            Step::Accept => self.write(to, Method::POST, at("accept"), none).await?,
            Step::Pack => self.write(to, Method::POST, at("pack"), none).await?,
            Step::Reject(reject) => {
                let reason = &reject.reason;
                self.post(to, at("reject"), &request::RejectJob { reason })
                    .await?
            }
            Step::Pick(pick) => {
                self.post(to, at("pick"), &request::PickJob::from(pick))
                    .await?
            }
            Step::Ship(ship) => {
                let (carrier, tracking) = (&*ship.carrier, &*ship.tracking);
                let job = request::ShipJob { carrier, tracking };
                self.post(to, at("ship"), &job).await?
            }
        };
        self.map.fulfilment(job)
    }

    async fn receive(&self, to: &Delivery, receive: &ReceiveReturn) -> Result<Receipt, Fault> {
        let path = request::path(&to.context.caller.tenant, &["receipts"]);
        let receipt = self
            .post(to, path, &request::NewReceipt::from(receive))
            .await?;
        self.map.receipt(receipt)
    }

    fn notice(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Notice, Fault> {
        let verified = self.verifier.verify(headers, body, now).map_err(|error| {
            Fault::refused(
                "signature_invalid",
                format!("the webhook is not accepted: {error}"),
            )
        })?;
        self.map.notice(verified.id.clone(), body)
    }
}
