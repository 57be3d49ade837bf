//! The embedded OMS over its HTTP API: settings, calls, canonical refusals.

mod answer;
mod mapping;
mod refusal;
mod request;

use crate::port::{Abilities, Notification, OmsBackend, Step};
use async_trait::async_trait;
use crossdock_events::webhook::{Secret, Verifier};
use crossdock_model::{Delivery, Fault, Sku, Tenant, Timestamp};
use crossdock_outbound::{Ability, Lookup, MaxInFlight};
use crossdock_settings::Faults;
use crossdock_system::{ConnectorContext, EmbeddedEvents, Told, Vendor, Which, with_delivery_key};
use http::{HeaderMap, Method};
use mapping::Mapper;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sys_oms_contract::{
    AuthoriseShipment, Availability, CancelLines, CancelOrder, Cancelled, CancelledLines,
    CreateOrder, ExtendReservation, FulfilmentOrder, OmsOrder, Receipt, ReceiveReturn, Release,
    Released, Reservation, Reserve, ShipGate,
};
use url::Url;

/// How long a reservation stands unless another time is asked for.
const RESERVATION_SECONDS: u32 = 900;

/// Where the embedded OMS is, and how both sides prove themselves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Its address; absent when it runs in this process.
    #[serde(default)]
    pub base_url: Option<Url>,
    /// The bearer key that it knows us by.
    pub api_key: SecretString,
    /// The most calls to it at once.
    #[serde(default)]
    pub max_in_flight: MaxInFlight,
    /// The secret that it signs webhooks with, `whsec_…`.
    pub webhook_secret: SecretString,
    /// Whether a packed parcel waits until its shipment is authorised.
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
    mapper: Mapper,
}

impl EmbeddedOms {
    pub(crate) fn connect(
        settings: &Settings,
        connector: &ConnectorContext<'_>,
    ) -> Result<Self, Faults> {
        let secret = Secret::parse(settings.webhook_secret.expose_secret());
        let secret =
            secret.map_err(|error| connector.fault("webhook-secret", error.to_string()))?;
        Ok(Self {
            vendor: connector.vendor(
                settings.base_url.as_ref(),
                &settings.api_key,
                settings.max_in_flight,
            )?,
            mapper: Mapper::new(connector.name().clone()),
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
        let sending = with_delivery_key(self.vendor.request(method, path), to);
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
            extend: Ability::NaturalKey,
            release: Ability::NaturalKey,
            create_order: Ability::NaturalKey,
            cancel_order: Ability::NaturalKey,
            cancel_lines: Ability::NaturalKey,
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
        hold.map(|hold| self.mapper.reservation(hold)).transpose()
    }

    async fn find_order(&self, tenant: &Tenant, order: &str) -> Lookup<OmsOrder> {
        let order = self.find(request::path(tenant, &["orders", order])).await?;
        order.map(|order| self.mapper.order(order)).transpose()
    }

    async fn find_fulfilment(&self, tenant: &Tenant, number: &str) -> Lookup<FulfilmentOrder> {
        let fulfilment = self
            .find(request::path(tenant, &["fulfilments", number]))
            .await?;
        fulfilment
            .map(|fulfilment| self.mapper.fulfilment(fulfilment))
            .transpose()
    }

    async fn find_line_cancellation(
        &self,
        tenant: &Tenant,
        reference: &str,
    ) -> Lookup<CancelledLines> {
        let path = request::path(tenant, &["line-cancellations", reference]);
        let cancelled = self.find(path).await?;
        cancelled
            .map(|cancelled| self.mapper.cancelled_lines(cancelled))
            .transpose()
    }

    async fn find_receipt(&self, tenant: &Tenant, return_id: &str) -> Lookup<Receipt> {
        let receipt = self
            .find(request::path(tenant, &["receipts", return_id]))
            .await?;
        receipt
            .map(|receipt| self.mapper.receipt(receipt))
            .transpose()
    }

    async fn reserve(&self, to: &Delivery, reserve: &Reserve) -> Result<Reservation, Fault> {
        let path = request::path(&to.context.caller.tenant, &["holds"]);
        let hold = self
            .post(to, path, &request::NewHold::from(reserve))
            .await?;
        self.mapper.reservation(hold)
    }

    async fn extend(
        &self,
        to: &Delivery,
        extend: &ExtendReservation,
    ) -> Result<Reservation, Fault> {
        let tenant = &to.context.caller.tenant;
        let path = request::path(tenant, &["holds", &extend.reference, "extend"]);
        let ttl_seconds = extend.expires_in_seconds;
        let hold = self
            .post(to, path, &request::NewExtension { ttl_seconds })
            .await?;
        self.mapper.reservation(hold)
    }

    async fn release(&self, to: &Delivery, release: &Release) -> Result<Released, Fault> {
        let path = request::path(&to.context.caller.tenant, &["holds", &release.reference]);
        let released = self.write(to, Method::DELETE, path, None::<&()>).await?;
        self.mapper.released(released)
    }

    async fn create_order(&self, to: &Delivery, create: &CreateOrder) -> Result<OmsOrder, Fault> {
        let path = request::path(&to.context.caller.tenant, &["orders"]);
        let gated = self.ship_gate == ShipGate::Native;
        let order = request::NewOrder::new(create, gated, &to.context.correlation);
        self.mapper.order(self.post(to, path, &order).await?)
    }

    async fn cancel_order(&self, to: &Delivery, cancel: &CancelOrder) -> Result<Cancelled, Fault> {
        let tenant = &to.context.caller.tenant;
        let path = request::path(tenant, &["orders", &cancel.reference, "cancel"]);
        let released = self.write(to, Method::POST, path, None::<&()>).await?;
        self.mapper.cancelled(released)
    }

    async fn cancel_lines(
        &self,
        to: &Delivery,
        cancel: &CancelLines,
    ) -> Result<CancelledLines, Fault> {
        let tenant = &to.context.caller.tenant;
        let path = request::path(tenant, &["orders", &cancel.order, "line-cancellations"]);
        let cancelled = self
            .post(to, path, &request::NewLineCancellation::from(cancel))
            .await?;
        self.mapper.cancelled_lines(cancelled)
    }

    async fn authorise(
        &self,
        to: &Delivery,
        authorise: &AuthoriseShipment,
    ) -> Result<FulfilmentOrder, Fault> {
        let tenant = &to.context.caller.tenant;
        let path = ["fulfilments", &authorise.fulfilment_order, "authorise"];
        let path = request::path(tenant, &path);
        let fulfilment = self.write(to, Method::POST, path, None::<&()>).await?;
        self.mapper.fulfilment(fulfilment)
    }

    async fn work(
        &self,
        to: &Delivery,
        number: &str,
        step: &Step,
    ) -> Result<FulfilmentOrder, Fault> {
        let at = |step| request::path(&to.context.caller.tenant, &["fulfilments", number, step]);
        let none = None::<&()>;
        let fulfilment = match step {
            Step::Accept => self.write(to, Method::POST, at("accept"), none).await?,
            Step::Pack => self.write(to, Method::POST, at("pack"), none).await?,
            Step::Reject(reject) => {
                let reason = &reject.reason;
                self.post(to, at("reject"), &request::RejectRequest { reason })
                    .await?
            }
            Step::Pick(pick) => {
                self.post(to, at("pick"), &request::PickRequest::from(pick))
                    .await?
            }
            Step::Ship(ship) => {
                let (carrier, tracking) = (&*ship.carrier, &*ship.tracking);
                let fulfilment = request::ShipRequest { carrier, tracking };
                self.post(to, at("ship"), &fulfilment).await?
            }
        };
        self.mapper.fulfilment(fulfilment)
    }

    async fn receive(&self, to: &Delivery, receive: &ReceiveReturn) -> Result<Receipt, Fault> {
        let path = request::path(&to.context.caller.tenant, &["receipts"]);
        let receipt = self
            .post(to, path, &request::NewReceipt::from(receive))
            .await?;
        self.mapper.receipt(receipt)
    }

    fn notification(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Notification, Fault> {
        let verified = self.verifier.verify(headers, body, now).map_err(|error| {
            Fault::refused(
                "signature_invalid",
                format!("the webhook is not accepted: {error}"),
            )
        })?;
        self.mapper.notification(verified.id.clone(), body)
    }

    async fn told_since(
        &self,
        mark: Option<&str>,
        which: Which,
    ) -> Result<Told<Notification>, Fault> {
        let events = self.find(EmbeddedEvents::path(mark, which)?).await?;
        let Some(events): Option<EmbeddedEvents> = events else {
            return Ok(Told::Unsupported);
        };
        events.told(mark, |id, body| {
            self.mapper.notification(id, body).map(Some)
        })
    }
}
