//! An order called off while nobody knows whether its card was authorised: the one way to that undo.

use super::audit::Snapshot;
use super::crash::is_killed;
use super::journey::{Journey, Story};
use super::process::{Process, env, said};
use super::shop::{ConnectionLost, Shop};
use crossdock::{Gateway, Options, Selection, Settings};
use crossdock_books::{FaultKind, Times};
use crossdock_runtime::{Listener, Tasks};
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// A payment provider in the test's own process, which authorises and answers with an error.
#[derive(Debug)]
pub(crate) struct CalledOff {
    runtime: Runtime,
    provider: Gateway,
    address: String,
    /// Of the provider, and of the process under test.
    folders: [TempDir; 2],
    tasks: Tasks,
}

impl CalledOff {
    pub(crate) fn begin() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
        let options = Options::in_folder(folders[0].path()).serving(Selection::Only(Vec::new()));
        let (provider, listener) = runtime.block_on(async {
            let provider = Gateway::build(Settings::defaults().unwrap(), options)
                .await
                .unwrap();
            (
                provider,
                Listener::bind("127.0.0.1:0".parse().unwrap())
                    .await
                    .unwrap(),
            )
        });
        let payment = provider.backend("payment", "main").unwrap();
        for operation in ["POST /v1/payments", "GET /v1/payments"] {
            payment
                .book
                .faults()
                .arm(operation, FaultKind::ErrorAfter, Times::UntilCleared);
        }
        let (tasks, address) = (Tasks::new(), listener.address().to_string());
        let serving = crossdock_runtime::serve(listener, payment.router(), tasks.stopping());
        runtime.block_on(async { tasks.run("provider", serving) });
        Self {
            runtime,
            provider,
            address,
            folders,
            tasks,
        }
    }

    /// Two lives: the first is called off and dies at that point of the undo, the second finds nothing held.
    pub(crate) fn killed_at(self, point: &str) -> Result<(), String> {
        let folder = self.folders[1].path();
        let base_url = format!("http://{}", self.address);
        let base = (
            "CROSSDOCK__PAYMENT__CONNECTORS__MAIN__BASE_URL",
            base_url.as_str(),
        );
        let first = Process::up(folder, &["serve"], &env(&[base, ("CRASH_AT", point)]));
        let mut journey = Journey::of(Story::CalledOff);
        self.both(&mut journey, &Shop::of(&first))
            .unwrap_or_default();
        is_killed(first.stop())?;
        let second = Process::up(folder, &["serve"], &env(&[base]));
        self.both(&mut journey, &Shop::of(&second))
            .unwrap_or_else(|cut| panic!("the second life broke off: {}\n{}", cut.0, said(folder)));
        assert!(second.stop().success());
        self.nothing_is_held()
    }

    /// The customer orders and the operator calls off; whoever was cut off does it again.
    fn both(&self, journey: &mut Journey, shop: &Shop) -> Result<(), ConnectionLost> {
        self.runtime.block_on(async {
            let (ordered, called) = tokio::join!(journey.go_on(shop), self.call_off(shop));
            ordered.and(called)
        })
    }

    /// The operator waits until the provider was asked, then calls the order off.
    async fn call_off(&self, shop: &Shop) -> Result<(), ConnectionLost> {
        let faults = self
            .provider
            .backend("payment", "main")
            .unwrap()
            .book
            .faults()
            .clone();
        shop.until("order", "the provider to be asked", async || {
            Ok(faults
                .armed()
                .iter()
                .any(|fault| fault.hits > 0)
                .then_some(()))
        })
        .await?;
        let found = shop.ask("/workflows?workflow=place-order").await?;
        let path = format!("/workflows/{}/cancellations", found.text("/items/0/id"));
        let cancellation = json!({ "by": "operator", "why": "the provider does not answer" });
        let answer = shop.act(&path, &cancellation).await?;
        // In the second life it may have gone backward to its end already.
        assert!([204, 409].contains(&answer.status), "{}", answer.text);
        Ok(())
    }

    fn nothing_is_held(self) -> Result<(), String> {
        let Self {
            runtime,
            provider,
            folders,
            tasks,
            ..
        } = self;
        let [stood, held] = runtime.block_on(async {
            let book = &provider.backend("payment", "main").unwrap().book;
            let stood = book.table("payments").unwrap().len();
            let balances = book.table("balances").unwrap();
            let of = |row: &serde_json::Map<String, serde_json::Value>, column: &str| {
                row[column].as_i64().unwrap()
            };
            let held: i64 = balances
                .iter()
                .map(|row| of(row, "authorised") - of(row, "cancelled"))
                .sum();
            tasks.stop(std::time::Duration::from_secs(5)).await;
            provider.stop().await;
            [i64::try_from(stood).unwrap(), held]
        });
        let snapshot = runtime.block_on(Snapshot::taken(folders[1].path()));
        let effects = [
            "oms reservation_release",
            "loyalty hold_release",
            "oms customer_order",
            "erp document",
        ];
        let rows = effects.map(|effect| snapshot.starting(effect));
        if (stood, held, rows) == (1, 0, [1, 1, 0, 0]) {
            return Ok(());
        }
        Err(format!(
            "{stood} payments, {held} still held, {effects:?}: {rows:?}"
        ))
    }
}
