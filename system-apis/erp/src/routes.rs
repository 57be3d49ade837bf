//! One line a route.

use crate::Erp;
use crate::handlers::{documents, goods, journal, periods, products, sales_orders, stock};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(erp: Arc<Erp>) -> OpenApiRouter {
    let routing = erp.connected.routing("finance");
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
        .with_state(erp)
        .merge(routing)
}
