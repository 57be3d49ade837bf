//! One line a route.

use crate::deps::Deps;
use crate::handlers::{cancellations, customers, evaluations, orders, search};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(deps: Deps) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(search::search_orders))
        .routes(routes!(customers::get_overview))
        .routes(routes!(orders::get_order))
        .routes(routes!(orders::get_timeline))
        .routes(routes!(cancellations::cancel_order))
        .routes(routes!(evaluations::evaluate_return))
        .with_state(deps)
}
