//! One line a route.

use crate::deps::Deps;
use crate::handlers::{availability, cancellations, captured, loyalty, orders, products, quotes};
use crate::handlers::{evaluations, returns};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(deps: Deps) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(products::list_products))
        .routes(routes!(availability::get_availability))
        .routes(routes!(quotes::create_quote))
        .routes(routes!(orders::place_order, orders::list_orders))
        .routes(routes!(captured::capture_order))
        .routes(routes!(orders::get_order))
        .routes(routes!(cancellations::cancel_order))
        .routes(routes!(evaluations::evaluate_return))
        .routes(routes!(returns::commit_return))
        .routes(routes!(returns::get_return))
        .routes(routes!(loyalty::get_account))
        .routes(routes!(loyalty::get_ledger))
        .routes(routes!(loyalty::quote_redemption))
        .with_state(deps)
}
