//! A gateway's lifecycle: listeners and background work begin together and end in order.

use crate::error::BuildError;
use crate::parts::{Addresses, ListenerName, RunFile};
use crate::wire::gateway::Gateway;
use crossdock_runtime::Listener;
use std::time::Duration;

/// How long attempts under way may take once the process stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// How often somebody looks whether the stores still write.
const STORE_CHECK_INTERVAL: Duration = Duration::from_secs(1);

impl Gateway {
    /// Begins what runs beside the APIs; enough for tests that call routers directly.
    pub fn work(&self) {
        for (name, work) in self.take_background() {
            self.tasks.run(name, work(self.tasks.stopping()));
        }
        self.health.set_ready(true);
    }

    /// Binds every listener, begins to work, writes the run file. Answers where it listens.
    pub async fn start(&self) -> Result<Addresses, BuildError> {
        let wanted = self.listeners;
        let public = ListenerName::Public.bind(wanted.public).await?;
        let hooks = ListenerName::Hooks.bind(wanted.hooks).await?;
        let internal = ListenerName::Internal.bind(wanted.internal).await?;
        let operations = ListenerName::Operations.bind(wanted.operations).await?;
        let addresses = Addresses {
            public: public.address(),
            hooks: hooks.address(),
            internal: internal.address(),
            operations: operations.address(),
        };
        self.work();
        self.serve(ListenerName::Public, public);
        self.serve(ListenerName::Hooks, hooks);
        self.serve(ListenerName::Internal, internal);
        self.serve(ListenerName::Operations, operations);
        let file = RunFile {
            pid: std::process::id(),
            addresses,
            token: self.operations_token.to_string(),
        };
        file.write(&self.folder)?;
        Ok(addresses)
    }

    fn serve(&self, name: ListenerName, listener: Listener) {
        let serving = crossdock_runtime::serve(listener, self.router(name), self.tasks.stopping());
        self.tasks.run(name.as_str(), serving);
    }

    /// Ends with the name of what broke first: a task, or a store that no longer writes.
    pub async fn failed(&self) -> &'static str {
        tokio::select! {
            name = self.tasks.failed() => name,
            () = self.store_failed() => "store",
        }
    }

    async fn store_failed(&self) {
        while self.stores.are_alive() {
            let now = self.clock.now();
            let next = now.saturating_add(STORE_CHECK_INTERVAL).unwrap_or(now);
            self.clock.sleep_until(next).await;
        }
    }

    /// Not ready; accept nothing; let attempts under way end; flush; let the files go.
    pub async fn stop(self) {
        self.health.set_ready(false);
        RunFile::remove(&self.folder);
        let engine = async {
            if let Some(engine) = &self.engine {
                engine.shutdown(STOP_TIMEOUT).await;
            }
        };
        tokio::join!(
            self.tasks.stop(STOP_TIMEOUT + Duration::from_secs(2)),
            engine
        );
        self.stores.close();
        for backend in &self.backends {
            if let Err(error) = backend.book.writer().close() {
                tracing::error!(domain = backend.domain, %error, "the book did not close cleanly");
            }
        }
    }
}
