//! One line a route, with what its operation declares.

use crate::handlers::{documents, goods, journal, periods, products, sales_orders, stock};
use crate::post_once::ErpState;
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::time::Duration;

pub(crate) fn routes(state: ErpState) -> Routes {
    let routing = state.backends.routing(Domain::Finance, &["erp:read"]);
    Routes::new()
        .route(routes!(products::list_products), READ)
        .route(routes!(products::look_up_products), READ)
        .route(routes!(products::get_price), READ)
        .route(routes!(stock::look_up_stock), READ_STOCK)
        .route(routes!(periods::get_period), READ)
        .route(routes!(documents::find_document), READ)
        .route(routes!(sales_orders::post_sales_order), POST_SALES_ORDER)
        .route(routes!(sales_orders::amend_sales_order), POST_SALES_ORDER)
        .route(routes!(sales_orders::cancel_sales_order), POST)
        .route(routes!(goods::post_goods_issue), POST_GOODS)
        .route(routes!(goods::post_customer_return), POST_GOODS)
        .route(routes!(journal::post_invoice), POST)
        .route(routes!(journal::post_credit_memo), POST)
        .route(routes!(journal::post_journal), POST)
        .with_state(state)
        .merge(routing)
}

/// Reads of what the ERP knows.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["erp:read"]),
    owner: Domain::Finance,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(100),
    limit: LimitClass::Read,
    data: DataClass::Internal,
    idempotency: Idempotency::Safe,
    degrade: "503 when the ERP is down",
};

/// What the ERP has in stock.
const READ_STOCK: Declaration = Declaration {
    owner: Domain::SupplyChain,
    ..READ
};

/// A document for the books.
const POST: Declaration = Declaration {
    security: Security::Scopes(&["erp:write"]),
    owner: Domain::Finance,
    pattern: Pattern::Hybrid,
    latency: Duration::from_millis(300),
    limit: LimitClass::Posting,
    data: DataClass::Internal,
    idempotency: Idempotency::Delivery,
    degrade: "posted by its workflow once the ERP is back",
};

/// A sales order, with its customer.
const POST_SALES_ORDER: Declaration = Declaration {
    data: DataClass::Pseudonymous,
    ..POST
};

/// A document of goods that moved.
const POST_GOODS: Declaration = Declaration {
    owner: Domain::SupplyChain,
    ..POST
};
