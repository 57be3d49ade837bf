//! An API as a value: what it is called, what it serves, what runs beside it.

use crate::contract;
use crate::declaration::Declared;
use crate::routes::Routes;
use crossdock_model::ApiId;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// Work that runs beside an API for as long as the process lives, given the signal to stop.
pub type Background =
    Box<dyn FnOnce(crate::Stopping) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// One API, not yet behind its policies: what `api(deps)` of every tier's package answers.
pub struct Api {
    /// The tier and name by which routes, settings and logs know it.
    pub id: ApiId,
    /// Its routes, relative to its base.
    pub router: axum::Router,
    /// What each operation declares, for the policies in front.
    pub declared: Vec<Declared>,
    /// Its contract: the handlers' own attributes, completed from the declarations.
    pub contract: utoipa::openapi::OpenApi,
    /// Vendors' webhooks, relative to `/hooks/{name}`: served on the hooks listener, behind no caller's token.
    pub hooks: Option<axum::Router>,
    /// Subscriptions and other tasks that the gateway runs until the process stops.
    pub background: Vec<(&'static str, Background)>,
}

impl Api {
    /// An API of declared routes; what every contract of its tier says is written into this one.
    pub fn new(id: ApiId, description: &str, routes: Routes) -> Self {
        let Routes { router, declared } = routes;
        let (served, mut contract) = router.split_for_parts();
        contract.info = utoipa::openapi::InfoBuilder::new()
            .title(format!(
                "Crossdock {} API, {} tier",
                id.name,
                id.tier.as_str()
            ))
            .version("1.0.0")
            .description(Some(description))
            .license(Some(
                utoipa::openapi::LicenseBuilder::new()
                    .name("Apache-2.0")
                    .identifier(Some("Apache-2.0"))
                    .build(),
            ))
            .build();
        contract::complete(&mut contract, id.tier, &declared);
        contract.servers = Some(vec![utoipa::openapi::Server::new(id.base())]);
        Self {
            id,
            router: served,
            declared,
            contract,
            hooks: None,
            background: Vec::new(),
        }
    }

    /// With routes for vendors' webhooks.
    #[must_use]
    pub fn with_hooks(mut self, hooks: axum::Router) -> Self {
        self.hooks = Some(hooks);
        self
    }

    /// With work that runs beside it.
    #[must_use]
    pub fn with_background<F>(
        mut self,
        name: &'static str,
        work: impl FnOnce(crate::Stopping) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.background
            .push((name, Box::new(move |stopping| Box::pin(work(stopping)))));
        self
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
