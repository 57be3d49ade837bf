//! One suite over every tax connector: whatever happens on the way, one effect per delivery.

use crate::Connector;
use crossdock_books::{Embedded, FaultKind, Times};
use crossdock_model::{Currency, Fault, Money, Tier};
use crossdock_outbound::RoutingKey;
use crossdock_rig::{
    SystemHarness, context, context_of, declared_whole, delivery, directory, embedded, refused, usd,
};
use crossdock_runtime::{Api, ManualClock};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use sys_tax_contract::{
    API, CommitTax, ReverseTax, TaxAmount, TaxClient, TaxLine, TaxQuoteRequest,
};

/// The API over one connector, with its backend and clock within reach.
struct Fixture {
    client: TaxClient,
    backend: Embedded,
    clock: Arc<ManualClock>,
    api: Api,
}

/// Every connector of the list, as the fixture's backend knows it.
fn connectors() -> Vec<Connector> {
    crossdock_rig::connectors(|kind| match kind {
        "embedded" => Some(Connector::Embedded(embedded("key"))),
        _unknown => None,
    })
}

impl Fixture {
    /// One for every connector of the list.
    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for connector in connectors() {
            all.push(match connector {
                Connector::Embedded(_) => Self::embedded(connector).await,
            });
        }
        all
    }

    async fn embedded(connector: Connector) -> Self {
        let mut harness = SystemHarness::of(API);
        let settings = sys_tax_embedded::Settings {
            api_key: "key".into(),
            seed: sys_tax_embedded::Seed::demo(),
        };
        let backend = sys_tax_embedded::backend(None, harness.clock(), settings);
        let backend = backend.await.unwrap();
        harness.serve("tax-engine", &backend.router);
        let api = crate::api(harness.deps([("tax-engine", connector)], Vec::new())).unwrap();
        Self {
            client: TaxClient::new(&directory(&api), Tier::Process),
            backend,
            clock: harness.clock,
            api,
        }
    }

    async fn commit(&self, attempt: u32) -> Result<Money, Fault> {
        let delivery = delivery("commit", attempt);
        let committed = self.client.commit(&delivery, &CommitTax::sample()).await?;
        assert_eq!(committed.lines, CommitTax::sample().lines);
        Ok(committed.total)
    }

    async fn reverse(&self, attempt: u32) -> Result<Money, Fault> {
        let delivery = delivery("reverse", attempt);
        let reversed = self
            .client
            .reverse(&delivery, &ReverseTax::sample())
            .await?;
        Ok(reversed.total)
    }

    fn count(&self, table: &str) -> usize {
        self.backend.book.table(table).unwrap().len()
    }
}

#[tokio::test]
async fn the_golden_basket_bears_the_golden_tax_until_the_quote_expires() {
    for fixture in Fixture::all().await {
        let request = TaxQuoteRequest::sample();
        let quote = fixture.client.quote(&context(), &request).await.unwrap();
        let lines: Vec<(&str, i64, Money)> = quote
            .lines
            .iter()
            .map(|line| (&*line.id, line.rate_millionths, line.tax))
            .collect();
        let wanted = [
            ("A", 82_500, usd(531)),
            ("B", 82_500, usd(166)),
            ("shipping", 0, usd(0)),
        ];
        assert_eq!(lines, wanted);
        assert_eq!(quote.total, usd(697));
        let still = fixture.client.quoted(&context(), &quote.id).await.unwrap();
        assert_eq!(still, Some(quote.clone()));
        fixture.clock.advance(Duration::from_hours(24));
        let gone = fixture.client.quoted(&context(), &quote.id).await;
        assert_eq!(refused(gone).code, "tax_quote_expired");
        assert_eq!(
            fixture.client.quoted(&context(), "nothing").await.unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn an_address_or_a_category_without_a_rate_is_pointed_at() {
    for fixture in Fixture::all().await {
        let mut elsewhere = TaxQuoteRequest::sample();
        elsewhere.ship_to.region = Some("OR".into());
        let no = refused(fixture.client.quote(&context(), &elsewhere).await);
        assert_eq!(
            (&*no.code, &*no.errors[0].pointer),
            ("validation_failed", "/shipTo/region")
        );
        let mut boats = TaxQuoteRequest::sample();
        boats.lines[1].category = "boats".into();
        let no = refused(fixture.client.quote(&context(), &boats).await);
        assert_eq!(
            (&*no.code, &*no.errors[0].pointer),
            ("validation_failed", "/lines/1/category")
        );
        let mut mixed = TaxQuoteRequest::sample();
        mixed.lines.push(TaxLine {
            id: "yen".into(),
            category: "general".into(),
            taxable: Money::new(1, Currency::JPY),
        });
        let no = refused(fixture.client.quote(&context(), &mixed).await);
        assert_eq!(no.code, "mixed_currencies");
    }
}

#[tokio::test]
async fn every_write_twice_is_one_effect() {
    for fixture in Fixture::all().await {
        for attempt in [1, 2] {
            assert_eq!(fixture.commit(attempt).await, Ok(usd(697)));
            assert_eq!(fixture.reverse(attempt).await, Ok(usd(266)));
        }
        fixture.clock.advance(Duration::from_hours(1_000));
        assert_eq!(fixture.commit(3).await, Ok(usd(697)));
        assert_eq!(fixture.reverse(3).await, Ok(usd(266)));
        assert_eq!(
            (fixture.count("transactions"), fixture.count("refunds")),
            (1, 1)
        );
    }
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_or_broken_is_repeated_as_one_effect() {
    for fault in [
        FaultKind::AnswerLost,
        FaultKind::ErrorAfter,
        FaultKind::ErrorBefore,
        FaultKind::Garbage,
    ] {
        for fixture in Fixture::all().await {
            let faults = fixture.backend.faults();
            faults.arm("POST /v1/transactions", fault.clone(), Times::Next(1));
            faults.arm("POST /v1/refunds", fault.clone(), Times::Next(1));
            let first = fixture.commit(1).await;
            assert!(
                matches!(first, Err(Fault::Unknown { .. })),
                "{fault:?}: {first:?}"
            );
            assert_eq!(fixture.commit(2).await, Ok(usd(697)));
            assert!(matches!(
                fixture.reverse(1).await,
                Err(Fault::Unknown { .. })
            ));
            assert_eq!(fixture.reverse(2).await, Ok(usd(266)));
            assert!(faults.armed().iter().all(|armed| armed.hits == 1));
            assert_eq!(
                (fixture.count("transactions"), fixture.count("refunds")),
                (1, 1)
            );
        }
    }
}

#[tokio::test]
async fn what_was_done_is_found_by_our_references_and_only_by_its_tenant() {
    for fixture in Fixture::all().await {
        fixture.commit(1).await.unwrap();
        fixture.reverse(1).await.unwrap();
        let client = &fixture.client;
        let document = client
            .document(&context(), "ship-1")
            .await
            .unwrap()
            .unwrap();
        assert_eq!((document.total, document.reversed), (usd(697), usd(266)));
        assert_eq!(document.reference.kind, "tax-document");
        let reference = ReverseTax::sample().reference;
        let reversal = client
            .reversal(&context(), "ship-1", &reference)
            .await
            .unwrap();
        assert_eq!(reversal.unwrap().reference.kind, "tax-reversal");
        assert_eq!(
            client
                .reversal(&context(), "ship-2", &reference)
                .await
                .unwrap(),
            None
        );
        let other = context_of("other");
        assert_eq!(client.document(&other, "ship-1").await.unwrap(), None);
        let routed = client
            .routing(&context(), &RoutingKey::default())
            .await
            .unwrap();
        assert_eq!(routed.connector.as_str(), "tax-engine");
    }
}

#[tokio::test]
async fn refusals_come_with_the_codes_of_the_catalogue() {
    for fixture in Fixture::all().await {
        let client = &fixture.client;
        let early = fixture.reverse(1).await;
        assert_eq!(refused(early).code, "not_found");
        fixture.commit(1).await.unwrap();
        let delivery = delivery("other", 1);
        let mut changed = CommitTax::sample();
        changed.lines[0].tax = usd(530);
        let other = client.commit(&delivery, &changed).await;
        assert_eq!(refused(other).code, "reference_reused");
        let more = ReverseTax {
            lines: vec![TaxAmount {
                id: "A".into(),
                taxable: usd(6438),
                tax: usd(532),
            }],
            ..ReverseTax::sample()
        };
        let above = client.reverse(&delivery, &more).await;
        assert_eq!(refused(above).code, "wrong_state");
        let nothing = ReverseTax {
            lines: Vec::new(),
            ..ReverseTax::sample()
        };
        let empty = client.reverse(&delivery, &nothing).await;
        assert_eq!(refused(empty).code, "validation_failed");
    }
}

#[test]
fn a_connector_that_cannot_be_reached_is_named_at_the_start() {
    for connector in connectors() {
        let deps = SystemHarness::of(API).deps([("tax-engine", connector)], Vec::new());
        let error = deps.connect(API, Connector::connect).unwrap_err();
        assert!(error.to_string().contains("tax.connectors.tax-engine"));
    }
    let stray = json!({"kind": "embedded", "api-key": "key", "x": 1});
    assert!(serde_json::from_value::<Connector>(stray).is_err());
}

#[tokio::test]
async fn every_operation_is_declared_whole() {
    for fixture in Fixture::all().await {
        assert_eq!(declared_whole(&fixture.api), 7);
    }
}
