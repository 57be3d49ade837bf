//! Every path of the API, one line each.

use crate::handlers::{documents, goods, journal, periods, products, sales_orders, stock};
use crate::post_once::ErpState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(state: ErpState) -> OpenApiRouter {
    let routing = state.backends.routing("finance");
    OpenApiRouter::new()
        .routes(routes!(products::list_products))
        .routes(routes!(products::look_up_products))
        .routes(routes!(products::get_price))
        .routes(routes!(stock::look_up_stock))
        .routes(routes!(periods::get_period))
        .routes(routes!(documents::find_document))
        .routes(routes!(sales_orders::post_sales_order))
        .routes(routes!(sales_orders::cancel_sales_order))
        .routes(routes!(goods::post_goods_issue))
        .routes(routes!(goods::post_customer_return))
        .routes(routes!(journal::post_invoice))
        .routes(routes!(journal::post_credit_memo))
        .routes(routes!(journal::post_journal))
        .with_state(state)
        .merge(routing)
}
