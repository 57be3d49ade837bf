//! The routes of an API: handlers come in only together with their declaration.

use crate::declaration::{Declaration, Declared};
use axum::http::Method;
use std::fmt;
use utoipa::openapi::PathItem;
use utoipa::openapi::path::Operation;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Handlers, their contract, and what each operation declares.
///
/// ```
/// use crossdock_runtime::{DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern};
/// use crossdock_runtime::{Routes, Security, routes};
/// use std::time::Duration;
///
/// /// Show the shelf.
/// #[utoipa::path(get, path = "/shelf", operation_id = "shop_get_shelf", tag = "shelf",
///     responses((status = 200, description = "What stands on it", body = String)))]
/// async fn get_shelf() -> &'static str {
///     "three jackets"
/// }
///
/// const READ: Declaration = Declaration {
///     security: Security::Scopes(&["shop:read"]),
///     owner: Domain::Commerce,
///     pattern: Pattern::Sync,
///     latency: Duration::from_millis(50),
///     limit: LimitClass::Read,
///     data: DataClass::Public,
///     idempotency: Idempotency::Safe,
///     degrade: "last known shelf",
/// };
///
/// let routes: Routes = Routes::new().route(routes!(get_shelf), READ);
/// # let _ = routes;
/// ```
///
/// A handler without its declaration does not come in:
///
/// ```compile_fail,E0061
/// # use crossdock_runtime::{Routes, routes};
/// # #[utoipa::path(get, path = "/shelf", responses((status = 200)))]
/// # async fn get_shelf() {}
/// let routes: Routes = Routes::new().route(routes!(get_shelf));
/// ```
///
/// Nor is there another way into an API:
///
/// ```compile_fail,E0308
/// # use crossdock_runtime::{Api, routes};
/// # #[utoipa::path(get, path = "/shelf", responses((status = 200)))]
/// # async fn get_shelf() {}
/// let routes = utoipa_axum::router::OpenApiRouter::new().routes(routes!(get_shelf));
/// let api = Api::new(crossdock_model::ApiId::system("shop"), "A shelf.", routes);
/// ```
pub struct Routes<S = ()> {
    pub(crate) router: OpenApiRouter<S>,
    pub(crate) declared: Vec<Declared>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// An empty table of routes.
    pub fn new() -> Self {
        Self {
            router: OpenApiRouter::new(),
            declared: Vec::new(),
        }
    }

    /// With what [`routes!`](crate::routes) collects; several handlers of one call are governed alike.
    #[must_use]
    pub fn route(mut self, mut handlers: UtoipaMethodRouter<S>, declaration: Declaration) -> Self {
        for (path, item) in &mut handlers.1.paths {
            let place = |(method, _)| Declared {
                path: path.clone(),
                method,
                declaration,
            };
            self.declared.extend(operations(item).map(place));
        }
        self.router = self.router.routes(handlers);
        self
    }

    /// With a handler that serves several APIs, under the operation id that it has in this one.
    #[must_use]
    pub fn route_as(
        self,
        operation_id: &str,
        mut handlers: UtoipaMethodRouter<S>,
        declaration: Declaration,
    ) -> Self {
        let items = handlers.1.paths.values_mut();
        for (_, operation) in items.flat_map(operations) {
            operation.operation_id = Some(operation_id.to_owned());
        }
        self.route(handlers, declaration)
    }

    /// With the routes of another.
    #[must_use]
    pub fn merge(mut self, mut other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.declared.append(&mut other.declared);
        self
    }

    /// With what the handlers share.
    pub fn with_state<S2>(self, state: S) -> Routes<S2> {
        Routes {
            router: self.router.with_state(state),
            declared: self.declared,
        }
    }
}

/// The operations of a path, each with its method: every one that a handler may be collected for.
pub(crate) fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let every = [
        (Method::GET, &mut item.get),
        (Method::PUT, &mut item.put),
        (Method::POST, &mut item.post),
        (Method::DELETE, &mut item.delete),
        (Method::OPTIONS, &mut item.options),
        (Method::HEAD, &mut item.head),
        (Method::PATCH, &mut item.patch),
        (Method::TRACE, &mut item.trace),
    ];
    let there = every.into_iter();
    there.filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes")
            .field("declared", &self.declared)
            .finish_non_exhaustive()
    }
}
