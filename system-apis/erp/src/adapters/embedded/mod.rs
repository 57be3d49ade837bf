//! The embedded ERP over its HTTP API.

mod mapping;
mod wire;

use crate::port::{Abilities, ErpBackend, Posting};
use async_trait::async_trait;
use crossdock_model::{Context, Currency, Delivery, Fault, Page, PageRequest, Sku};
use crossdock_outbound::{Ability, Lookup, MaxInFlight, Reply, RequestBuilder};
use crossdock_settings::{Faults, HumanDuration};
use crossdock_system::{
    ConnectorContext, EmbeddedError, Vendor, foreign_error, with_correlation, with_delivery_key,
    with_query,
};
use http::StatusCode;
use jiff::civil::Date;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::time::Duration;
use sys_erp_contract::{
    Document, DocumentKind, PeriodStatus, Posted, Price, Product, ProductLookup, ProductsFound,
    StockSnapshot,
};
use url::Url;

/// How long a posting may be under way: our time-out of ten seconds, and half as much for what lies in between.
const UNDER_WAY: Duration = Duration::from_secs(15);

/// Where the embedded ERP is, how it knows us, and how long a posting may be under way to it.
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
    /// How long after it was sent a posting may still arrive: so long it is looked for before it is sent again. `0s`
    /// fits an ERP that refuses a second document under one reference.
    #[serde(default = "under_way")]
    pub settles_in: HumanDuration,
}

fn under_way() -> HumanDuration {
    UNDER_WAY.into()
}

/// How long to leave the ERP alone after its odd `400 TOO_MANY_CALLS`, which names no time.
const ODD_400_PAUSE: Duration = Duration::from_secs(1);

/// The adapter to the embedded ERP.
#[derive(Debug)]
pub(crate) struct EmbeddedErp {
    vendor: Vendor,
    settles_in: Duration,
}

impl EmbeddedErp {
    pub(crate) fn connect(
        settings: &Settings,
        connector: &ConnectorContext<'_>,
    ) -> Result<Self, Faults> {
        Ok(Self {
            vendor: connector.vendor(
                settings.base_url.as_ref(),
                &settings.api_key,
                settings.max_in_flight,
            )?,
            settles_in: settings.settles_in.get(),
        })
    }

    /// A read: whatever went wrong, nothing happened there.
    async fn read<T: DeserializeOwned>(
        &self,
        context: &Context,
        sending: RequestBuilder<'_>,
    ) -> Result<T, Fault> {
        let sent = with_correlation(sending, context).send().await;
        let answered = sent.map_err(Fault::from).and_then(definite);
        match answered {
            Ok(reply) => reply.json(),
            Err(Fault::Unknown { why }) => Err(Fault::Retry { after: None, why }),
            Err(fault) => Err(fault),
        }
    }

    /// A write, named in the ERP's log by the delivery's key. An answer that cannot be read leaves
    /// the outcome open: the next attempt looks it up.
    async fn write<T: DeserializeOwned>(
        &self,
        delivery: &Delivery,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<T, Fault> {
        let sending = with_delivery_key(self.vendor.post(path), delivery).json(body);
        let reply = definite(sending.send().await?)?;
        reply.json().map_err(|unreadable| Fault::Unknown {
            why: unreadable.to_string(),
        })
    }
}

#[async_trait]
impl ErpBackend for EmbeddedErp {
    fn abilities(&self) -> Abilities {
        // What it has booked is found at once; what it has not may be under way.
        let probe = Ability::Probe {
            settles_in: self.settles_in,
        };
        Abilities {
            posting: probe,
            cancelling: probe,
        }
    }

    async fn products(
        &self,
        context: &Context,
        page: &PageRequest,
    ) -> Result<Page<Product>, Fault> {
        let size = page.size().to_string();
        let mut query = vec![("limit", size.as_str())];
        query.extend(page.cursor.as_deref().map(|after| ("after", after)));
        let path = with_query("/api/items", &query);
        let found: wire::Items = self.read(context, self.vendor.get(path)).await?;
        let items = found
            .items
            .iter()
            .map(|item| mapping::product(item, self.vendor.name()));
        let items = items.collect::<Result<Vec<_>, Fault>>()?;
        let last = items.last().map(|product| product.sku.to_string());
        let next = last.filter(|_| found.more.unwrap_or(false));
        Ok(Page { items, next })
    }

    async fn products_by(
        &self,
        context: &Context,
        lookup: &ProductLookup,
    ) -> Result<ProductsFound, Fault> {
        let mut wanted: Vec<&Sku> = Vec::new();
        for sku in &lookup.skus {
            if !wanted.contains(&sku) {
                wanted.push(sku);
            }
        }
        let currency = lookup.currency.map(Currency::code);
        let body = json!({ "codes": wanted, "currency": currency });
        let sending = self.vendor.post("/api/items/search").json(&body);
        let found: wire::Items = self.read(context, sending).await?;
        let products = found
            .items
            .iter()
            .map(|item| mapping::product(item, self.vendor.name()));
        let products = products.collect::<Result<Vec<_>, Fault>>()?;
        let is_known = |sku: &Sku| products.iter().any(|product| product.sku == *sku);
        let unknown = wanted
            .into_iter()
            .filter(|sku| !is_known(sku))
            .cloned()
            .collect();
        Ok(ProductsFound { products, unknown })
    }

    async fn price(
        &self,
        context: &Context,
        sku: &Sku,
        currency: Currency,
    ) -> Result<Price, Fault> {
        let query = [("code", sku.as_str()), ("currency", currency.code())];
        let path = with_query("/api/items/price", &query);
        let item: wire::Item = self.read(context, self.vendor.get(path)).await?;
        let Product {
            sku,
            list_price,
            price_terms,
            ..
        } = mapping::product(&item, self.vendor.name())?;
        Ok(Price {
            sku,
            amount: list_price,
            terms: price_terms,
        })
    }

    async fn stock(&self, context: &Context, skus: &[Sku]) -> Result<StockSnapshot, Fault> {
        let body = json!({ "codes": skus });
        let sending = self.vendor.post("/api/stock/search").json(&body);
        Ok(mapping::stock(self.read(context, sending).await?))
    }

    async fn period(&self, context: &Context, date: Date) -> Result<PeriodStatus, Fault> {
        let path = format!("/api/fiscal-periods/{}", date.strftime("%Y-%m"));
        let period: wire::Period = self.read(context, self.vendor.get(path)).await?;
        Ok(PeriodStatus {
            open: period.state == "open",
            period: period.period,
            next_open: period.next_open,
        })
    }

    async fn find(
        &self,
        context: &Context,
        kind: DocumentKind,
        reference: &str,
    ) -> Lookup<Document> {
        let company = context.caller.tenant.as_str();
        let query = [
            ("company", company),
            ("type", mapping::code(kind)),
            ("externalRef", reference),
        ];
        let path = with_query("/api/documents", &query);
        let found: wire::Documents = self.read(context, self.vendor.get(path)).await?;
        let first = found.documents.first();
        first
            .map(|document| mapping::document(document, self.vendor.name()))
            .transpose()
    }

    async fn post(&self, delivery: &Delivery, posting: Posting<'_>) -> Result<Posted, Fault> {
        let company = delivery.context.caller.tenant.as_str();
        let (path, body) = mapping::request(posting, company);
        if let Posting::CustomerReturn(_) = posting {
            let booked: wire::Documents = self.write(delivery, path, &body).await?;
            let last = booked.documents.last().ok_or_else(|| Fault::Unknown {
                why: "the ERP answered a return without a document".to_owned(),
            })?;
            return mapping::posted(last, self.vendor.name());
        }
        let booked: wire::Document = self.write(delivery, path, &body).await?;
        mapping::posted(&booked, self.vendor.name())
    }

    async fn cancel(&self, delivery: &Delivery, number: &str, reason: &str) -> Result<(), Fault> {
        let path = format!("/api/sales-orders/{number}/cancel");
        let cancelled: Result<wire::Document, Fault> = self
            .write(delivery, &path, &json!({ "reason": reason }))
            .await;
        match cancelled {
            Err(Fault::Refused(no)) if no.code == "wrong_state" => Ok(()),
            other => other.map(drop),
        }
    }
}

/// A success as it is, anything else as what the caller can do about it.
fn definite(reply: Reply) -> Result<Reply, Fault> {
    if reply.status.is_success() {
        return Ok(reply);
    }
    let error: Option<EmbeddedError> = EmbeddedError::read(&reply);
    let Some(EmbeddedError { code, message, .. }) = error else {
        return Err(foreign_error(&reply, "the ERP"));
    };
    let why = format!(
        "the ERP answered {} {code}: {message}",
        reply.status.as_u16()
    );
    Err(match (reply.status, code.as_str()) {
        (StatusCode::TOO_MANY_REQUESTS, _) => Fault::Retry {
            after: reply.retry_after(),
            why,
        },
        // The same, as its older module says it.
        (StatusCode::BAD_REQUEST, "TOO_MANY_CALLS") => Fault::Retry {
            after: Some(ODD_400_PAUSE),
            why,
        },
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::METHOD_NOT_ALLOWED, _) => {
            Fault::Misconfigured { why }
        }
        (_, "PERIOD_CLOSED") => Fault::refused("period_closed", message),
        (_, "ENTRY_NOT_BALANCED") => Fault::refused("unbalanced_entry", message),
        (_, "UNKNOWN_ITEM") => Fault::refused("unknown_sku", message),
        (_, "NO_PRICE") => Fault::refused("not_found", message),
        // Another attempt of ours was booked in between: whether it holds the same is seen when it is looked up.
        (_, "REFERENCE_EXISTS") => Fault::Unknown { why },
        (_, "ALREADY_CANCELLED") => Fault::refused("wrong_state", message),
        (StatusCode::NOT_FOUND, _) => Fault::Misconfigured { why },
        (StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT, _) => {
            Fault::refused("posting_rejected", format!("{code}: {message}"))
        }
        (status, _) if status.is_client_error() => Fault::Poison { why },
        _server_error => Fault::Unknown { why },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(status: u16, code: &str) -> Fault {
        let body = json!({"error": {"code": code, "message": "no"}}).to_string();
        let status = StatusCode::from_u16(status).unwrap();
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::RETRY_AFTER, "7".parse().unwrap());
        definite(Reply {
            status,
            headers,
            body: body.into(),
        })
        .unwrap_err()
    }

    #[test]
    fn both_ways_of_saying_too_many_calls_mean_later() {
        let Fault::Retry { after, .. } = met(429, "too_many_requests") else {
            panic!("429")
        };
        assert_eq!(after, Some(Duration::from_secs(7)));
        let Fault::Retry { after, .. } = met(400, "TOO_MANY_CALLS") else {
            panic!("400")
        };
        assert_eq!(after, Some(ODD_400_PAUSE));
        assert!(matches!(met(400, "unreadable_body"), Fault::Poison { .. }));
    }

    #[test]
    fn a_server_error_and_a_duplicate_leave_the_outcome_open() {
        assert!(matches!(
            met(409, "REFERENCE_EXISTS"),
            Fault::Unknown { .. }
        ));
        assert!(matches!(met(500, "internal"), Fault::Unknown { .. }));
        assert!(matches!(
            met(401, "invalid_api_key"),
            Fault::Misconfigured { .. }
        ));
        assert_eq!(
            met(409, "PERIOD_CLOSED"),
            Fault::refused("period_closed", "no")
        );
    }
}
