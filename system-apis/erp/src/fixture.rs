//! The API over embedded ERPs, stood up for a test.

use crate::adapters::EmbeddedSettings;
use crate::{Connector, api};
use crossdock_books::Embedded;
use crossdock_model::{Context, Currency, Quantity, Tier};
use crossdock_outbound::{Endpoint, MaxInFlight};
use crossdock_rig::{SystemHarness, context, directory, usd};
use crossdock_runtime::{Api, ManualClock};
use crossdock_system::Routing;
use http::header;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use sys_erp_contract::{
    API, Account, CustomerReturn, ErpClient, GoodsIssue, GoodsLine, Invoice, Journal, ReturnLine,
};

/// One API over one embedded ERP or several.
pub(crate) struct Fixture {
    pub(crate) erps: BTreeMap<&'static str, Embedded>,
    pub(crate) client: ErpClient,
    pub(crate) context: Context,
    pub(crate) api: Api,
    pub(crate) clock: Arc<ManualClock>,
}

/// How the ERPs keep their books: in memory and every duplicate, unless a test says otherwise.
#[derive(Debug, Clone, Copy, Default)]
struct Books<'a> {
    file: Option<&'a Path>,
    refuse_duplicates: bool,
}

/// A connector to an embedded ERP, to which nothing is under way for longer than that.
pub(crate) fn embedded(api_key: &str, settles_in: Duration) -> Connector {
    Connector::Embedded(EmbeddedSettings {
        base_url: None,
        api_key: api_key.into(),
        max_in_flight: MaxInFlight::default(),
        settles_in: settles_in.into(),
    })
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::with(&["erp"], Vec::new()).await
    }

    pub(crate) async fn with(names: &[&'static str], routing: Routing) -> Self {
        let connector = embedded("key", Duration::ZERO);
        Self::connected(names, routing, &connector, Books::default()).await
    }

    /// One ERP whose book lies in a file: its writer is a thread, so attempts really interleave.
    pub(crate) async fn on_disk(connector: &Connector, book: &Path) -> Self {
        let books = Books {
            file: Some(book),
            ..Books::default()
        };
        Self::connected(&["erp"], Vec::new(), connector, books).await
    }

    /// One ERP whose connector is set up like that.
    pub(crate) async fn of(connector: &Connector) -> Self {
        Self::connected(&["erp"], Vec::new(), connector, Books::default()).await
    }

    /// One ERP that refuses a second document under one reference.
    pub(crate) async fn refusing_duplicates(connector: &Connector) -> Self {
        let books = Books {
            refuse_duplicates: true,
            ..Books::default()
        };
        Self::connected(&["erp"], Vec::new(), connector, books).await
    }

    async fn connected(
        names: &[&'static str],
        routing: Routing,
        connector: &Connector,
        books: Books<'_>,
    ) -> Self {
        let mut harness = SystemHarness::of(API);
        let clock = Arc::clone(&harness.clock);
        let mut erps = BTreeMap::new();
        for name in names {
            let settings = sys_erp_embedded::Settings {
                api_key: "key".into(),
                seed: sys_erp_embedded::Seed::demo(),
                refuses_duplicates: books.refuse_duplicates,
            };
            let erp = sys_erp_embedded::backend(books.file, harness.clock(), settings);
            let erp = erp.await.unwrap();
            harness.serve(name, &erp.router);
            erps.insert(*name, erp);
        }
        let connectors = names.iter().map(|name| (*name, connector.clone()));
        let api = api(harness.deps(connectors, routing)).unwrap();
        Self {
            erps,
            client: ErpClient::new(&directory(&api), Tier::Process),
            context: context(),
            api,
            clock,
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
