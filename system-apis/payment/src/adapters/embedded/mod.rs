//! The embedded payment provider, over its own HTTP API.

mod webhook;
mod wire;

use crate::port::{Abilities, Notification, Outline, PaymentBackend, Received};
use async_trait::async_trait;
use crossdock_events::webhook::{Secret, Verifier};
use crossdock_model::{Delivery, Fault, Tenant, checked_total};
use crossdock_outbound::{Ability, EndpointError, Lookup, MaxInFlight, Reply};
use crossdock_settings::Faults;
use crossdock_system::{
    ConnectorContext, EmbeddedError, EmbeddedEvents, Told, Vendor, Which, decode, foreign_error,
    invalid, with_delivery_key, with_query,
};
use http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use sys_payment_contract::{
    Authorise, Capture, CaptureState, Captured, Payment, Refund, RefundState, Refunded, Void,
    Voided,
};
use url::Url;
use wire::{
    Found, NewCancellation, NewCapture, NewDocument, NewPayment, WireCancellation, WireDocument,
    WirePayment, WireStatus, money, time,
};

/// How long the provider's documentation promises to remember a key.
const RETENTION: Duration = Duration::from_hours(24);

/// `[payment.connectors.X]` with `kind = "embedded"`.
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
    /// The secret before, still accepted while one replaces the other.
    #[serde(default)]
    pub previous_webhook_secret: Option<SecretString>,
}

/// The adapter to the embedded payment provider.
#[derive(Debug)]
pub(crate) struct EmbeddedPayment {
    vendor: Vendor,
    verifier: Verifier,
}

impl EmbeddedPayment {
    pub(crate) fn connect(
        settings: &Settings,
        connector: &ConnectorContext<'_>,
    ) -> Result<Self, Faults> {
        let mut secrets = Vec::new();
        let written = [
            ("webhook-secret", Some(&settings.webhook_secret)),
            (
                "previous-webhook-secret",
                settings.previous_webhook_secret.as_ref(),
            ),
        ];
        for (key, secret) in written {
            let Some(secret) = secret else { continue };
            let parsed = Secret::parse(secret.expose_secret());
            secrets.push(parsed.map_err(|error| connector.fault(key, error.to_string()))?);
        }
        Ok(Self {
            vendor: connector.vendor(
                settings.base_url.as_ref(),
                &settings.api_key,
                settings.max_in_flight,
            )?,
            verifier: Verifier::new(secrets),
        })
    }

    async fn write<T: DeserializeOwned>(
        &self,
        delivery: &Delivery,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Fault> {
        let sending = with_delivery_key(self.vendor.post(path), delivery).json(body);
        answer(sending.send().await)
    }

    async fn find<T: DeserializeOwned>(
        &self,
        tenant: &Tenant,
        path: &str,
        reference: &str,
    ) -> Result<Vec<T>, Fault> {
        let pairs = [
            ("merchant_account", tenant.as_str()),
            ("reference", reference),
        ];
        let sending = self.vendor.get(with_query(path, &pairs));
        let found: Found<T> = answer(sending.send().await)?;
        Ok(found.data)
    }
}

#[async_trait]
impl PaymentBackend for EmbeddedPayment {
    fn abilities(&self) -> Abilities {
        let native = Ability::Native {
            retention: RETENTION,
        };
        Abilities {
            authorise: native,
            capture: native,
            void: Ability::NaturalKey,
            refund: native,
        }
    }

    async fn authorise(&self, delivery: &Delivery, request: &Authorise) -> Result<Payment, Fault> {
        let body = NewPayment {
            merchant_account: delivery.context.caller.tenant.as_str(),
            reference: &request.reference,
            amount: request.amount.minor,
            currency: request.amount.currency.code(),
            token: &request.token,
        };
        let held: WirePayment = self.write(delivery, "/v1/payments", &body).await?;
        self.payment_of(vec![held])?.ok_or_else(empty)
    }

    async fn capture(&self, delivery: &Delivery, request: &Capture) -> Result<Captured, Fault> {
        let body = NewCapture {
            document: NewDocument::new(
                delivery,
                &request.order,
                &request.reference,
                request.amount,
            ),
            last: request.last,
        };
        let taken = self.write(delivery, "/v1/captures", &body).await?;
        self.captured(taken)
    }

    async fn void(&self, delivery: &Delivery, request: &Void) -> Result<Voided, Fault> {
        let body = NewCancellation {
            merchant_account: delivery.context.caller.tenant.as_str(),
            payment_reference: &request.order,
        };
        let done: WireCancellation = self.write(delivery, "/v1/cancellations", &body).await?;
        let amount = done.currency.map(|code| money(done.cancelled, &code));
        Ok(Voided {
            reference: done.payment.map(|id| self.vendor.reference("payment", id)),
            order: done.payment_reference,
            amount: amount.transpose()?,
        })
    }

    async fn refund(&self, delivery: &Delivery, request: &Refund) -> Result<Refunded, Fault> {
        let body = NewDocument::new(delivery, &request.order, &request.reference, request.amount);
        let accepted = self.write(delivery, "/v1/refunds", &body).await?;
        self.refunded(accepted)
    }

    async fn authorised(&self, tenant: &Tenant, request: &Authorise) -> Lookup<Payment> {
        let mut found: Vec<WirePayment> = self
            .find(tenant, "/v1/payments", &request.reference)
            .await?;
        let (minor, code) = (request.amount.minor, request.amount.currency.code());
        found.retain(|one| {
            let stands = matches!(
                one.status,
                WireStatus::Authorised | WireStatus::PartiallyCaptured | WireStatus::Captured
            );
            stands && one.authorised == minor && one.currency == code
        });
        self.payment_of(found.into_iter().next_back().into_iter().collect())
    }

    async fn payment(&self, tenant: &Tenant, order: &str) -> Lookup<Payment> {
        self.payment_of(self.find(tenant, "/v1/payments", order).await?)
    }

    async fn capture_by(&self, tenant: &Tenant, reference: &str) -> Lookup<Captured> {
        let found: Vec<WireDocument> = self.find(tenant, "/v1/captures", reference).await?;
        let first = found.into_iter().next();
        first.map(|taken| self.captured(taken)).transpose()
    }

    async fn refund_by(&self, tenant: &Tenant, reference: &str) -> Lookup<Refunded> {
        let found: Vec<WireDocument> = self.find(tenant, "/v1/refunds", reference).await?;
        let first = found.into_iter().next();
        first.map(|refund| self.refunded(refund)).transpose()
    }

    fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    fn notification(&self, id: String, body: &[u8]) -> Result<Option<Notification>, Fault> {
        webhook::notification(&self.vendor, id, body)
    }

    fn outline(&self, body: &[u8]) -> Outline {
        webhook::outline(body)
    }

    async fn told_since(&self, mark: Option<&str>, which: Which) -> Result<Told<Received>, Fault> {
        let sending = self.vendor.get(EmbeddedEvents::path(mark, which)?);
        let events: EmbeddedEvents = answer(sending.send().await)?;
        events.told(mark, |id, body| Ok(Received::read(self, id, body)))
    }
}

impl EmbeddedPayment {
    /// All payments of one order as one: amounts summed, the newest decides the rest.
    fn payment_of(&self, payments: Vec<WirePayment>) -> Lookup<Payment> {
        let sum = |part: fn(&WirePayment) -> i64| {
            checked_total("the payments of an order", payments.iter().map(part))
        };
        let authorised = sum(|payment| payment.authorised)?;
        let captured = sum(|payment| payment.captured)?;
        let voided = sum(|payment| payment.cancelled)?;
        let refunded = sum(|payment| payment.refunded)?;
        let pending = sum(|payment| payment.refund_pending)?;
        let Some(newest) = payments.into_iter().next_back() else {
            return Ok(None);
        };
        let money = |minor| money(minor, &newest.currency);
        Ok(Some(Payment {
            authorised: money(authorised)?,
            captured: money(captured)?,
            voided: money(voided)?,
            refunded: money(refunded)?,
            refund_pending: money(pending)?,
            capture_before: time(newest.capture_before)?,
            state: newest.status.into(),
            reference: self.vendor.reference("payment", newest.id),
            order: newest.reference,
        }))
    }

    fn captured(&self, taken: WireDocument) -> Result<Captured, Fault> {
        let state = match &*taken.status {
            "settled" => CaptureState::Settled,
            "accepted" => CaptureState::Accepted,
            other => return Err(unknown_status(other)),
        };
        Ok(Captured {
            amount: money(taken.amount, &taken.currency)?,
            taken_at: time(taken.created)?,
            reference: self.vendor.reference("capture", taken.id),
            order: taken.payment_reference,
            shipment: taken.reference,
            state,
        })
    }

    fn refunded(&self, refund: WireDocument) -> Result<Refunded, Fault> {
        let state = match &*refund.status {
            "settled" => RefundState::Settled,
            "accepted" => RefundState::Accepted,
            "failed" => RefundState::Failed,
            other => return Err(unknown_status(other)),
        };
        Ok(Refunded {
            amount: money(refund.amount, &refund.currency)?,
            accepted_at: time(refund.created)?,
            reference: self.vendor.reference("refund", refund.id),
            order: refund.payment_reference,
            return_reference: refund.reference,
            state,
            failure: refund.failure,
        })
    }
}

fn unknown_status(status: &str) -> Fault {
    Fault::poison(format!(
        "the provider answered the unknown status '{status}'"
    ))
}

fn empty() -> Fault {
    Fault::poison("the provider answered without a payment")
}

/// A result, or what the caller can do about there being none.
fn answer<T: DeserializeOwned>(reply: Result<Reply, EndpointError>) -> Result<T, Fault> {
    let reply = reply?;
    if reply.status.is_success() {
        return decode(&reply, "the payment provider");
    }
    let error: Option<EmbeddedError> = EmbeddedError::read(&reply);
    let Some(EmbeddedError { code, message, .. }) = error else {
        return Err(foreign_error(&reply, "the payment provider"));
    };
    let why = format!("the payment provider answered {}: {message}", reply.status);
    match reply.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Fault::Misconfigured { why }),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Err(Fault::Retry {
            after: reply.retry_after(),
            why,
        }),
        status if status.is_client_error() => Err(refusal(&code, message, why)),
        _server_error => Err(Fault::Unknown { why }),
    }
}

/// The provider's error codes, mapped to ours.
fn refusal(code: &str, message: String, why: String) -> Fault {
    let ours = match code {
        "card_declined" => "card_declined",
        "reference_cancelled" => "tombstoned",
        "authorisation_expired" => "authorisation_expired",
        "amount_exceeds_authorisation" => "capture_exceeds_authorisation",
        "amount_exceeds_capture" => "refund_exceeds_capture",
        "currency_mismatch" => "mixed_currencies",
        "idempotency_key_reused" => "idempotency_key_reused",
        "not_found" => "not_found",
        "token_unknown" => return invalid("/token", message),
        "amount_invalid" => return invalid("/amount", message),
        "amount_too_large" => "amount_too_large",
        "" => return Fault::Misconfigured { why },
        _another => return Fault::Poison { why },
    };
    Fault::refused(ours, message)
}
