//! The API over embedded ERPs, stood up for a test.

use crate::{Connector, Deps, Settings, api};
use crossdock_books::Embedded;
use crossdock_model::{
    Caller, Clock, ConnectorName, Context, Correlation, Currency, Delivery, Fault, Money, Quantity,
    StepKey, Tenant, Tier, Timestamp,
};
use crossdock_outbound::{Backends, Directory, Endpoint, Transport};
use crossdock_runtime::ManualClock;
use crossdock_system::{EmbeddedSettings, Routing};
use http::header;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use sys_erp_contract::{
    Account, CustomerReturn, ErpClient, GoodsIssue, GoodsLine, Invoice, Journal, ReturnLine,
};
use utoipa::openapi::OpenApi;

/// One API over one ERP or several.
pub(crate) struct Rig {
    pub(crate) erps: BTreeMap<ConnectorName, Embedded>,
    pub(crate) client: ErpClient,
    pub(crate) context: Context,
    pub(crate) contract: OpenApi,
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Self::with(&["erp"], Vec::new()).await
    }

    pub(crate) async fn with(names: &[&str], routing: Routing) -> Self {
        let settings = EmbeddedSettings {
            base_url: None,
            api_key: "key".into(),
        };
        Self::connected(names, routing, &Connector::Embedded(settings), None).await
    }

    /// One ERP whose book lies in a file: its writer is a thread, so attempts really interleave.
    pub(crate) async fn on_disk(connector: &Connector, book: &Path) -> Self {
        Self::connected(&["erp"], Vec::new(), connector, Some(book)).await
    }

    /// One ERP whose connector is set up like that.
    pub(crate) async fn knowing(connector: &Connector) -> Self {
        Self::connected(&["erp"], Vec::new(), connector, None).await
    }

    async fn connected(
        names: &[&str],
        routing: Routing,
        connector: &Connector,
        book: Option<&Path>,
    ) -> Self {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(now));
        let backends = Backends::new(crossdock_outbound::client().unwrap());
        let (mut erps, mut connectors, mut local) =
            (BTreeMap::new(), BTreeMap::new(), HashMap::new());
        for name in names {
            let name = ConnectorName::from(*name);
            let settings = sys_erp_embedded::Settings {
                api_key: "key".into(),
                seed: sys_erp_embedded::Seed::demo(),
            };
            let erp = sys_erp_embedded::backend(book, Arc::clone(&clock), settings)
                .await
                .unwrap();
            local.insert(("erp".to_owned(), name.clone()), erp.router.clone());
            connectors.insert(name.clone(), connector.clone());
            erps.insert(name, erp);
        }
        backends.serve_locally(local);
        let settings = Settings {
            connectors,
            routing,
        };
        let api = api(Deps {
            settings,
            backends,
            clock,
        })
        .unwrap();
        let directory = Directory::default();
        directory.fill([(api.id, Transport::in_process(api.router))].into());
        Self {
            erps,
            client: ErpClient::new(&directory, Tier::Process),
            context: context("acme"),
            contract: api.contract,
        }
    }

    pub(crate) fn erp(&self) -> &Embedded {
        self.erps.values().next().unwrap()
    }

    /// How many documents stand in all books.
    pub(crate) fn documents(&self) -> usize {
        self.erps
            .values()
            .map(|erp| erp.book.table("document").unwrap().len())
            .sum()
    }

    pub(crate) fn delivery(&self, key: &str, attempt: u32) -> Delivery {
        Delivery {
            key: StepKey(key.into()),
            attempt: NonZeroU32::new(attempt).unwrap(),
            first_sent: "2026-11-23T11:59:00Z".parse().unwrap(),
            context: self.context.clone(),
        }
    }

    pub(crate) async fn books(&self) -> Value {
        let auditor = Endpoint::local(self.erp().router.clone())
            .with_header(header::AUTHORIZATION, "Bearer key");
        auditor
            .get("/vendor/books?company=acme")
            .send()
            .await
            .unwrap()
            .json()
            .unwrap()
    }
}

pub(crate) fn context(tenant: &str) -> Context {
    Context::new(
        Caller::workflow(Tenant::from(tenant)),
        Correlation("journey-1".into()),
    )
}

pub(crate) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

pub(crate) fn invoice(reference: &str, journal: Journal) -> Invoice {
    Invoice {
        reference: reference.into(),
        order: "order-1".into(),
        currency: Currency::USD,
        lines: Vec::new(),
        journal,
        posting_date: None,
        origin_date: None,
    }
}

pub(crate) fn issue(reference: &str, quantity: u32) -> GoodsIssue {
    let line = GoodsLine {
        line: "A".parse().unwrap(),
        sku: "A-1".parse().unwrap(),
        quantity: Quantity::new(quantity).unwrap(),
    };
    GoodsIssue {
        reference: reference.into(),
        order: "order-1".into(),
        location: "store-austin".parse().unwrap(),
        lines: vec![line],
        posting_date: None,
        origin_date: None,
    }
}

pub(crate) fn goods_back(reference: &str, journal: Option<Journal>) -> CustomerReturn {
    use sys_erp_contract::Disposition::{Restock, Scrap};
    let line = |disposition| ReturnLine {
        line: "A".parse().unwrap(),
        sku: "A-1".parse().unwrap(),
        quantity: Quantity::ONE,
        disposition,
    };
    CustomerReturn {
        reference: reference.into(),
        order: "order-1".into(),
        location: "store-soho".parse().unwrap(),
        lines: vec![line(Restock), line(Scrap)],
        journal,
        posting_date: None,
        origin_date: None,
    }
}

pub(crate) fn first_return() -> Journal {
    Journal::default()
        .debit(Account::Revenue, usd(3568))
        .debit(Account::TaxPayable, usd(266))
        .debit(Account::PointsLiability, usd(32))
        .credit(Account::RefundPayable, usd(3485))
        .credit(Account::PointsLiability, usd(381))
}

pub(crate) fn code(fault: Fault) -> String {
    match fault {
        Fault::Refused(refusal) => refusal.code,
        other @ (Fault::Retry { .. }
        | Fault::Unknown { .. }
        | Fault::NothingHappened { .. }
        | Fault::Misconfigured { .. }
        | Fault::Poison { .. }) => format!("not refused but {other}"),
    }
}
