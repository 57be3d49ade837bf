//! The embedded loyalty engine, over its own HTTP API.

mod basket;
mod wire;

use crate::port::{Abilities, LoyaltyBackend};
use async_trait::async_trait;
use crossdock_model::{Delivery, Fault, MemberId, Tenant};
use crossdock_outbound::{Ability, EndpointError, Lookup, Reply, optional};
use crossdock_settings::Faults;
use crossdock_system::{
    ConnectorContext, EmbeddedError, EmbeddedSettings, Vendor, foreign_error, with_delivery_key,
    with_query,
};
use http::{HeaderName, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::time::Duration;
use sys_loyalty_contract::{
    Accrual, Accrue, Burnt, Confirm, Evaluate, Evaluation, Extend, Held, Hold, Ledger,
    LoyaltyAccount, Mature, Matured, Release, Released, Restore, Restored, Reverse, Reversed,
};

/// How long the engine's documentation promises to remember a key.
const RETENTION: Duration = Duration::from_hours(48);
/// The retailer's name at the engine.
const MERCHANT: HeaderName = HeaderName::from_static("x-merchant");

/// The adapter to the embedded loyalty engine.
#[derive(Debug)]
pub(crate) struct EmbeddedLoyalty {
    vendor: Vendor,
}

impl EmbeddedLoyalty {
    pub(crate) fn connect(
        settings: &EmbeddedSettings,
        connector: &ConnectorContext<'_>,
    ) -> Result<Self, Faults> {
        Ok(Self {
            vendor: settings.vendor(connector)?,
        })
    }

    async fn read<T: DeserializeOwned>(
        &self,
        tenant: &Tenant,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Fault> {
        let sending = self.vendor.get(with_query(path, query));
        answer(sending.header(MERCHANT, tenant.as_str()).send().await)
    }

    /// A look-up whose "not found" is an answer.
    async fn look_up<T: DeserializeOwned>(
        &self,
        tenant: &Tenant,
        path: &str,
        query: &[(&str, &str)],
    ) -> Lookup<T> {
        optional(self.read(tenant, path, query).await)
    }

    async fn write<T: DeserializeOwned>(
        &self,
        delivery: &Delivery,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Fault> {
        let tenant = &delivery.context.caller.tenant;
        let sending = with_delivery_key(self.vendor.post(path), delivery);
        let sending = sending.header(MERCHANT, tenant.as_str()).json(body);
        answer(sending.send().await)
    }
}

#[async_trait]
impl LoyaltyBackend for EmbeddedLoyalty {
    fn abilities(&self) -> Abilities {
        Abilities {
            moves: Ability::Native {
                retention: RETENTION,
            },
            release: Ability::NaturalKey,
        }
    }

    async fn account(&self, tenant: &Tenant, member: &MemberId) -> Result<LoyaltyAccount, Fault> {
        let account: wire::Account = self
            .read(tenant, "/v1/accounts", &[("member", &member.0)])
            .await?;
        Ok(account.into())
    }

    async fn ledger(&self, tenant: &Tenant, member: &MemberId) -> Result<Ledger, Fault> {
        let entries: wire::Entries = self
            .read(tenant, "/v1/entries", &[("member", &member.0)])
            .await?;
        Ok(entries.into())
    }

    async fn evaluate(&self, tenant: &Tenant, ask: &Evaluate) -> Result<Evaluation, Fault> {
        let sending = self.vendor.post("/v1/evaluations");
        let sending = sending.header(MERCHANT, tenant.as_str());
        let sent = sending.json(&basket::request(ask)?).send().await;
        basket::evaluated(answer(sent)?, ask.currency)
    }

    async fn hold(&self, delivery: &Delivery, hold: &Hold) -> Result<Held, Fault> {
        let body = json!({
            "order": hold.reference, "member": hold.member, "points": hold.points,
            "ttl_seconds": hold.expires_in_seconds,
        });
        let kept: wire::Redemption = self.write(delivery, "/v1/redemptions", &body).await?;
        kept.canonical(&self.vendor)
    }

    async fn held(&self, tenant: &Tenant, order: &str) -> Lookup<Held> {
        let held: Option<wire::Redemption> = self
            .look_up(tenant, "/v1/redemptions", &[("order", order)])
            .await?;
        held.map(|held| held.canonical(&self.vendor)).transpose()
    }

    async fn extend(&self, delivery: &Delivery, extend: &Extend) -> Result<Held, Fault> {
        let body = json!({"order": extend.reference, "ttl_seconds": extend.expires_in_seconds});
        let kept: wire::Redemption = self
            .write(delivery, "/v1/redemption-extensions", &body)
            .await?;
        kept.canonical(&self.vendor)
    }

    async fn confirm(&self, delivery: &Delivery, confirm: &Confirm) -> Result<Burnt, Fault> {
        let body = json!({"order": confirm.reference});
        let moved: wire::Moved = self
            .write(delivery, "/v1/redemption-captures", &body)
            .await?;
        Ok(Burnt {
            reference: self.vendor.reference("burn", moved.id),
            points: moved.points,
        })
    }

    async fn release(&self, delivery: &Delivery, release: &Release) -> Result<Released, Fault> {
        let body = json!({"order": release.reference});
        let moved: wire::Moved = self
            .write(delivery, "/v1/redemption-cancellations", &body)
            .await?;
        Ok(Released {
            reference: self.vendor.reference("release", moved.id),
            points: moved.points,
        })
    }

    async fn accrue(&self, delivery: &Delivery, accrue: &Accrue) -> Result<Accrual, Fault> {
        let body = json!({
            "order": accrue.reference, "member": accrue.member, "rule": accrue.rule,
            "runs": wire::runs(&accrue.runs),
        });
        let earned: wire::Earning = self.write(delivery, "/v1/earnings", &body).await?;
        earned.canonical(&self.vendor)
    }

    async fn accrued(&self, tenant: &Tenant, order: &str) -> Lookup<Accrual> {
        let earned: Option<wire::Earning> = self
            .look_up(tenant, "/v1/earnings", &[("order", order)])
            .await?;
        earned
            .map(|earned| earned.canonical(&self.vendor))
            .transpose()
    }

    async fn mature(&self, delivery: &Delivery, mature: &Mature) -> Result<Matured, Fault> {
        let body = json!({"order": mature.reference, "cause": mature.key, "runs": mature.units});
        let matured: wire::Maturity = self
            .write(delivery, "/v1/earning-maturities", &body)
            .await?;
        Ok(matured.canonical(&self.vendor))
    }

    async fn matured(&self, tenant: &Tenant, order: &str, key: &str) -> Lookup<Matured> {
        let query = [("order", order), ("cause", key)];
        let found: Option<wire::Maturity> = self
            .look_up(tenant, "/v1/earning-maturities", &query)
            .await?;
        Ok(found.map(|found| found.canonical(&self.vendor)))
    }

    async fn reverse(&self, delivery: &Delivery, reverse: &Reverse) -> Result<Reversed, Fault> {
        let body = json!({"order": reverse.reference, "cause": reverse.key, "runs": reverse.units});
        let reversed: wire::Reversal = self.write(delivery, "/v1/earning-reversals", &body).await?;
        reversed.canonical(&self.vendor)
    }

    async fn reversed(&self, tenant: &Tenant, order: &str, key: &str) -> Lookup<Reversed> {
        let query = [("order", order), ("cause", key)];
        let found: Option<wire::Reversal> = self
            .look_up(tenant, "/v1/earning-reversals", &query)
            .await?;
        found.map(|found| found.canonical(&self.vendor)).transpose()
    }

    async fn restore(&self, delivery: &Delivery, restore: &Restore) -> Result<Restored, Fault> {
        let body = json!({
            "order": restore.reference, "cause": restore.key, "runs": wire::runs(&restore.runs),
        });
        let restored: wire::Refund = self
            .write(delivery, "/v1/redemption-refunds", &body)
            .await?;
        Ok(restored.canonical(&self.vendor))
    }

    async fn restored(&self, tenant: &Tenant, order: &str, key: &str) -> Lookup<Restored> {
        let query = [("order", order), ("cause", key)];
        let found: Option<wire::Refund> = self
            .look_up(tenant, "/v1/redemption-refunds", &query)
            .await?;
        Ok(found.map(|found| found.canonical(&self.vendor)))
    }
}

/// The vendor's answer, or its error by what the caller can do.
fn answer<T: DeserializeOwned>(sent: Result<Reply, EndpointError>) -> Result<T, Fault> {
    let reply = sent?;
    if reply.status.is_success() {
        // The effect may have happened even if its answer is garbled: only a repeat can tell.
        return reply.json().map_err(|fault| Fault::Unknown {
            why: fault.to_string(),
        });
    }
    let error: Option<EmbeddedError<wire::Details>> = EmbeddedError::read(&reply);
    let Some(error) = error else {
        return Err(foreign_error(&reply, "the loyalty engine"));
    };
    let why = format!(
        "the loyalty engine answered {}: {}",
        reply.status.as_u16(),
        error.message
    );
    let refused = |code: &str| Fault::refused(code, error.message.clone());
    Err(match (reply.status, error.code.as_str()) {
        (StatusCode::UNAUTHORIZED, _) => Fault::Misconfigured { why },
        (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, _) => Fault::Retry {
            after: reply.retry_after(),
            why,
        },
        (StatusCode::NOT_FOUND, _) => refused("not_found"),
        (_, "unknown_code") => basket::unknown_code(&error),
        (_, "insufficient_points") => refused("points_insufficient"),
        (_, "hold_lapsed") => refused("hold_expired"),
        (_, "redemption_cancelled") => refused("tombstoned"),
        (_, "redemption_captured" | "redemption_open") => refused("wrong_state"),
        (_, "refund_too_large") => refused("points_exceeded"),
        (_, "amount_too_large") => refused("amount_too_large"),
        (_, "reference_taken" | "idempotency_key_reused") => refused("reference_reused"),
        (status, _) if status.is_client_error() => refused("validation_failed"),
        _server_error => Fault::Unknown { why },
    })
}
