//! One line a route.

use crate::deps::Deps;
use crate::handlers::{cancellations, captured, lookups, orders, quotes, timeline};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(deps: Deps) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(quotes::create_quote))
        .routes(routes!(orders::place_order, orders::list_orders))
        .routes(routes!(captured::capture_order))
        .routes(routes!(lookups::look_up_orders))
        .routes(routes!(orders::get_order))
        .routes(routes!(cancellations::cancel_order))
        .routes(routes!(timeline::get_timeline))
        .with_state(deps)
}
