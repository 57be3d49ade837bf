//! The embedded tax engine, over its own HTTP API.

use crate::port::{Abilities, TaxBackend};
use async_trait::async_trait;
use crossdock_model::{Context, Currency, Delivery, Fault, Money, Tenant, Timestamp};
use crossdock_outbound::{Ability, EndpointError, Lookup, Reply, optional};
use crossdock_settings::Faults;
use crossdock_system::{
    ConnectorContext, EmbeddedError, EmbeddedSettings, Vendor, decode, foreign_error, invalid,
    with_correlation, with_query,
};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sys_tax_contract::{
    CommitTax, QuotedLine, ReverseTax, TaxAmount, TaxDocument, TaxQuote, TaxQuoteRequest,
    TaxReversal,
};

/// The adapter to the embedded tax engine.
#[derive(Debug)]
pub(crate) struct EmbeddedTax {
    vendor: Vendor,
}

impl EmbeddedTax {
    pub(crate) fn connect(
        settings: &EmbeddedSettings,
        connector: &ConnectorContext<'_>,
    ) -> Result<Self, Faults> {
        Ok(Self {
            vendor: settings.vendor(connector)?,
        })
    }

    async fn post<T: DeserializeOwned>(
        &self,
        context: &Context,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Fault> {
        let sending = with_correlation(self.vendor.post(path), context).json(body);
        answer(sending.send().await)
    }

    async fn find<T: DeserializeOwned>(
        &self,
        tenant: &Tenant,
        path: &str,
        query: &[(&str, &str)],
    ) -> Lookup<T> {
        let mut pairs = vec![("company", tenant.as_str())];
        pairs.extend(query);
        let sending = self.vendor.get(with_query(path, &pairs));
        optional(answer(sending.send().await))
    }

    fn document_of(&self, wire: WireTransaction) -> Result<TaxDocument, Fault> {
        let currency = currency(&wire.currency)?;
        Ok(TaxDocument {
            reference: self.vendor.reference("tax-document", wire.id),
            document: wire.code,
            order: wire.order_number,
            lines: amounts(wire.lines, currency),
            total: Money::new(wire.tax, currency),
            reversed: Money::new(wire.refunded, currency),
            committed_at: time(wire.created)?,
        })
    }

    fn reversal_of(&self, wire: WireRefund) -> Result<TaxReversal, Fault> {
        let currency = currency(&wire.currency)?;
        Ok(TaxReversal {
            reference: self.vendor.reference("tax-reversal", wire.id),
            document: wire.transaction_code,
            return_reference: wire.code,
            lines: amounts(wire.lines, currency),
            total: Money::new(wire.tax, currency),
            reversed_at: time(wire.created)?,
        })
    }
}

#[async_trait]
impl TaxBackend for EmbeddedTax {
    fn abilities(&self) -> Abilities {
        Abilities {
            commit: Ability::NaturalKey,
            reverse: Ability::NaturalKey,
        }
    }

    async fn quote(&self, context: &Context, request: &TaxQuoteRequest) -> Result<TaxQuote, Fault> {
        let body = new_calculation(&context.caller.tenant, request)?;
        let wire = self.post(context, "/v1/calculations", &body).await?;
        quote_of(wire)
    }

    async fn quoted(&self, tenant: &Tenant, id: &str) -> Lookup<TaxQuote> {
        let found = self.find(tenant, "/v1/calculations", &[("id", id)]).await?;
        found.map(quote_of).transpose()
    }

    async fn commit(&self, delivery: &Delivery, request: &CommitTax) -> Result<TaxDocument, Fault> {
        let context = &delivery.context;
        let (currency, lines) = wire_lines(&request.lines)?;
        let body = NewTransaction {
            company: context.caller.tenant.as_str(),
            code: &request.document,
            order_number: &request.order,
            currency,
            lines,
        };
        self.document_of(self.post(context, "/v1/transactions", &body).await?)
    }

    async fn reverse(
        &self,
        delivery: &Delivery,
        request: &ReverseTax,
    ) -> Result<TaxReversal, Fault> {
        let context = &delivery.context;
        let (currency, lines) = wire_lines(&request.lines)?;
        let body = NewRefund {
            company: context.caller.tenant.as_str(),
            transaction_code: &request.document,
            code: &request.reference,
            currency,
            lines,
        };
        self.reversal_of(self.post(context, "/v1/refunds", &body).await?)
    }

    async fn document(&self, tenant: &Tenant, document: &str) -> Lookup<TaxDocument> {
        let query = [("code", document)];
        let found = self.find(tenant, "/v1/transactions", &query).await?;
        found.map(|wire| self.document_of(wire)).transpose()
    }

    async fn reversal(
        &self,
        tenant: &Tenant,
        document: &str,
        reference: &str,
    ) -> Lookup<TaxReversal> {
        let query = [("transaction_code", document), ("code", reference)];
        let found = self.find(tenant, "/v1/refunds", &query).await?;
        found.map(|wire| self.reversal_of(wire)).transpose()
    }
}

fn new_calculation<'a>(
    tenant: &'a Tenant,
    request: &'a TaxQuoteRequest,
) -> Result<NewCalculation<'a>, Fault> {
    let place = |address: &'a crossdock_model::Address| WirePlace {
        country: &address.country,
        region: address.region.as_deref().unwrap_or_default(),
        postal_code: address.postal_code.as_deref().unwrap_or_default(),
    };
    let mut lines = Vec::with_capacity(request.lines.len());
    for (index, line) in request.lines.iter().enumerate() {
        one_currency(index, line.taxable, request.currency)?;
        lines.push(NewLine {
            number: &line.id,
            tax_code: &line.category,
            amount: line.taxable.minor,
        });
    }
    Ok(NewCalculation {
        company: tenant.as_str(),
        currency: request.currency.code(),
        ship_from: place(&request.ship_from),
        ship_to: place(&request.ship_to),
        lines,
    })
}

fn quote_of(wire: WireCalculation) -> Result<TaxQuote, Fault> {
    let currency = currency(&wire.currency)?;
    let line = |line: WireCalculatedLine| QuotedLine {
        id: line.number,
        rate_millionths: line.rate_millionths,
        tax: Money::new(line.tax, currency),
    };
    Ok(TaxQuote {
        id: wire.id,
        valid_until: time(wire.expires)?,
        lines: wire.lines.into_iter().map(line).collect(),
        total: Money::new(wire.total, currency),
    })
}

/// The document's one currency, and its lines as the engine writes them.
fn wire_lines(lines: &[TaxAmount]) -> Result<(&'static str, Vec<WireLine>), Fault> {
    let Some(first) = lines.first() else {
        return Err(invalid("/lines", "send at least one line"));
    };
    let currency = first.tax.currency;
    let mut wire = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        one_currency(index, line.taxable, currency)?;
        one_currency(index, line.tax, currency)?;
        wire.push(WireLine {
            number: line.id.clone(),
            amount: line.taxable.minor,
            tax: line.tax.minor,
        });
    }
    Ok((currency.code(), wire))
}

fn one_currency(index: usize, amount: Money, wanted: Currency) -> Result<(), Fault> {
    if amount.currency == wanted {
        return Ok(());
    }
    let detail = format!("line {index}: {amount} among amounts of {}", wanted.code());
    Err(Fault::refused("mixed_currencies", detail))
}

fn amounts(lines: Vec<WireLine>, currency: Currency) -> Vec<TaxAmount> {
    let amount = |line: WireLine| TaxAmount {
        id: line.number,
        taxable: Money::new(line.amount, currency),
        tax: Money::new(line.tax, currency),
    };
    lines.into_iter().map(amount).collect()
}

fn currency(code: &str) -> Result<Currency, Fault> {
    Currency::from_code(code)
        .ok_or_else(|| Fault::poison(format!("the tax engine answered the currency '{code}'")))
}

fn time(millisecond: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_millisecond(millisecond)
        .map_err(|error| Fault::poison(format!("the tax engine answered a time: {error}")))
}

/// A result, or what the caller can do about there being none.
fn answer<T: DeserializeOwned>(reply: Result<Reply, EndpointError>) -> Result<T, Fault> {
    let reply = reply?;
    if reply.status.is_success() {
        return decode(&reply, "the tax engine");
    }
    let error: Option<EmbeddedError<Option<WireDetails>>> = EmbeddedError::read(&reply);
    let Some(error) = error else {
        return Err(foreign_error(&reply, "the tax engine"));
    };
    let why = format!(
        "the tax engine answered {}: {}",
        reply.status, error.message
    );
    match reply.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Fault::Misconfigured { why }),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Err(Fault::Retry {
            after: reply.retry_after(),
            why,
        }),
        status if status.is_client_error() => Err(refusal(error, why)),
        _server_error => Err(Fault::Unknown { why }),
    }
}

/// The engine's error codes, mapped to ours.
fn refusal(error: EmbeddedError<Option<WireDetails>>, why: String) -> Fault {
    let ours = match &*error.code {
        "code_taken" => "reference_reused",
        "amount_too_large" => "amount_too_large",
        "refund_exceeds_transaction" => "wrong_state",
        "calculation_expired" => "tax_quote_expired",
        "not_found" => "not_found",
        "jurisdiction_unknown" => return invalid("/shipTo/region", error.message),
        "tax_code_unknown" => {
            let line = error.details.and_then(|details| details.line).unwrap_or(0);
            return invalid(format!("/lines/{line}/category"), error.message);
        }
        "lines_invalid" => return invalid("/lines", error.message),
        "currency_unknown" => return invalid("/currency", error.message),
        "" => return Fault::Misconfigured { why },
        _another => return Fault::Poison { why },
    };
    Fault::refused(ours, error.message)
}

#[derive(Serialize)]
struct WirePlace<'a> {
    country: &'a str,
    region: &'a str,
    postal_code: &'a str,
}

#[derive(Serialize)]
struct NewCalculation<'a> {
    company: &'a str,
    currency: &'a str,
    ship_from: WirePlace<'a>,
    ship_to: WirePlace<'a>,
    lines: Vec<NewLine<'a>>,
}

#[derive(Serialize)]
struct NewLine<'a> {
    number: &'a str,
    tax_code: &'a str,
    amount: i64,
}

#[derive(Serialize)]
struct NewTransaction<'a> {
    company: &'a str,
    code: &'a str,
    order_number: &'a str,
    currency: &'a str,
    lines: Vec<WireLine>,
}

#[derive(Serialize)]
struct NewRefund<'a> {
    company: &'a str,
    transaction_code: &'a str,
    code: &'a str,
    currency: &'a str,
    lines: Vec<WireLine>,
}

#[derive(Serialize, Deserialize)]
struct WireLine {
    number: String,
    amount: i64,
    tax: i64,
}

#[derive(Deserialize)]
struct WireCalculation {
    id: String,
    currency: String,
    expires: i64,
    lines: Vec<WireCalculatedLine>,
    total: i64,
}

#[derive(Deserialize)]
struct WireCalculatedLine {
    number: String,
    rate_millionths: i64,
    tax: i64,
}

#[derive(Deserialize)]
struct WireTransaction {
    id: String,
    code: String,
    order_number: String,
    currency: String,
    lines: Vec<WireLine>,
    tax: i64,
    refunded: i64,
    created: i64,
}

#[derive(Deserialize)]
struct WireRefund {
    id: String,
    transaction_code: String,
    code: String,
    currency: String,
    lines: Vec<WireLine>,
    tax: i64,
    created: i64,
}

#[derive(Deserialize)]
struct WireDetails {
    #[serde(default)]
    line: Option<usize>,
}
