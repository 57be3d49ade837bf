//! One line a route.

use crate::deps::Deps;
use crate::handlers::{availability, evaluations, lookups, returns};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(deps: Deps) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(lookups::look_up_orders))
        .routes(routes!(evaluations::evaluate_return))
        .routes(routes!(evaluations::create_evaluation))
        .routes(routes!(returns::commit_return))
        .routes(routes!(returns::get_return))
        .routes(routes!(availability::get_availability))
        .with_state(deps)
}
