//! A gateway's life: listeners and background work begin together and end in order.

use crate::wire::doors::bind;
use crate::wire::{Addresses, BuildError, Door, Gateway, RunFile};
use crossdock_runtime::Listener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long attempts under way may take once the process stops.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often somebody looks whether the stores still write.
const LOOK: Duration = Duration::from_secs(1);

/// Whether the process wants to be asked.
#[derive(Debug, Default)]
pub(crate) struct Health {
    ready: AtomicBool,
}

impl Health {
    pub(crate) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    fn set(&self, ready: bool) {
        self.ready.store(ready, Ordering::Release);
    }
}

impl Gateway {
    /// Begins what runs beside the APIs; enough for tests that call routers directly.
    pub fn work(&self) {
        for (name, work) in self.take_background() {
            self.tasks.run(name, work(self.tasks.stopping()));
        }
        self.health.set(true);
    }

    /// Binds every listener, begins to work, writes the run file. Answers where it listens.
    pub async fn start(&self) -> Result<Addresses, BuildError> {
        let wanted = self.listeners;
        let public = bind(Door::Public, wanted.public).await?;
        let hooks = bind(Door::Hooks, wanted.hooks).await?;
        let internal = bind(Door::Internal, wanted.internal).await?;
        let operations = bind(Door::Operations, wanted.operations).await?;
        let addresses = Addresses {
            public: public.address(),
            hooks: hooks.address(),
            internal: internal.address(),
            operations: operations.address(),
        };
        self.work();
        self.listen("public", public, Door::Public);
        self.listen("hooks", hooks, Door::Hooks);
        self.listen("internal", internal, Door::Internal);
        self.listen("operations", operations, Door::Operations);
        let file = RunFile {
            pid: std::process::id(),
            addresses,
            token: self.token.to_string(),
        };
        file.write(&self.folder)?;
        Ok(addresses)
    }

    fn listen(&self, name: &'static str, listener: Listener, door: Door) {
        let serving = crossdock_runtime::serve(listener, self.router(door), self.tasks.stopping());
        self.tasks.run(name, serving);
    }

    /// Ends with the name of what broke first: a task, or a store that no longer writes.
    pub async fn failed(&self) -> &'static str {
        tokio::select! {
            name = self.tasks.failed() => name,
            () = self.store_died() => "store",
        }
    }

    async fn store_died(&self) {
        while self.stores.are_alive() {
            let now = self.clock.now();
            self.clock
                .sleep_until(now.saturating_add(LOOK).unwrap_or(now))
                .await;
        }
    }

    /// Not ready; accept nothing; let attempts under way end; flush; let the files go.
    pub async fn stop(self) {
        self.health.set(false);
        RunFile::remove(&self.folder);
        let engine = async {
            if let Some(engine) = &self.engine {
                engine.shutdown(PATIENCE).await;
            }
        };
        tokio::join!(self.tasks.stop(PATIENCE + Duration::from_secs(2)), engine);
        self.stores.close();
        for backend in &self.backends {
            if let Err(error) = backend.book.writer().close() {
                tracing::error!(domain = backend.domain, %error, "the book did not close cleanly");
            }
        }
    }
}
