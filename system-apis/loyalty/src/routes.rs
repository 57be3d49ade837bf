//! Every path of the API, one line each.

use crate::handlers::{accounts, accruals, evaluations, holds, maturities, restores, reversals};
use crate::port::LoyaltyBackend;
use crossdock_system::ConnectedBackends;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(backends: Arc<ConnectedBackends<dyn LoyaltyBackend>>) -> OpenApiRouter {
    let routing = backends.routing("customer");
    OpenApiRouter::new()
        .routes(routes!(accounts::account))
        .routes(routes!(accounts::ledger))
        .routes(routes!(evaluations::evaluate))
        .routes(routes!(holds::hold, holds::find_hold))
        .routes(routes!(holds::confirm))
        .routes(routes!(holds::release))
        .routes(routes!(accruals::accrue, accruals::find_accrual))
        .routes(routes!(maturities::mature, maturities::find_maturity))
        .routes(routes!(reversals::reverse, reversals::find_reversal))
        .routes(routes!(restores::restore, restores::find_restore))
        .with_state(backends)
        .merge(routing)
}
