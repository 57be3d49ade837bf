//! A gateway's lifecycle: listeners and background work begin together and end in order.

use crate::error::BuildError;
use crate::parts::{Addresses, ListenerName, RunFile, ServedTiers};
use crate::wire::gateway::Gateway;
use crossdock_model::Clock;
use crossdock_runtime::Listener;
use std::sync::Arc;
use std::time::Duration;

/// How long attempts under way may take once the process stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// How often somebody looks whether the stores' writers still run, or whether the run files can be written now.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

impl Gateway {
    /// Begins what runs beside the APIs; enough for tests that call routers directly.
    pub fn work(&self) {
        for (name, work) in self.take_background() {
            self.tasks.run(name, work(self.tasks.stopping()));
        }
        self.health.set_ready(true);
    }

    /// Binds every listener, begins to work, writes the run files. Answers where it listens.
    ///
    /// A tier that another process serves over the same folder is refused, before anything listens.
    pub async fn start(&self) -> Result<Addresses, BuildError> {
        let served = Arc::new(ServedTiers::take(&self.folder, &self.tiers)?);
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
        self.publish(served, file);
        Ok(addresses)
    }

    /// Writes the run files, now or once the folder takes them: a process with a full disk has to be found too.
    fn publish(&self, served: Arc<ServedTiers>, file: RunFile) {
        let served = Arc::clone(self.served.get_or_init(|| served));
        let Err(error) = served.publish(&file) else {
            return;
        };
        tracing::error!(%error, "no run file can be written, so commands do not find this process; trying again each second");
        let (clock, mut stopping) = (Arc::clone(&self.clock), self.tasks.stopping());
        self.tasks.run("run files", async move {
            loop {
                tokio::select! {
                    () = stopping.stopped() => return,
                    () = look_interval(&*clock) => {}
                }
                if served.publish(&file).is_ok() {
                    return;
                }
            }
        });
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
            look_interval(&*self.clock).await;
        }
    }

    /// Not ready; accept nothing; let attempts under way end; flush; let the files go.
    pub async fn stop(self) {
        self.health.set_ready(false);
        if let Some(served) = self.served.get() {
            served.withdraw();
        }
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

async fn look_interval(clock: &dyn Clock) {
    let now = clock.now();
    let next = now.saturating_add(LOOK_INTERVAL).unwrap_or(now);
    clock.sleep_until(next).await;
}
