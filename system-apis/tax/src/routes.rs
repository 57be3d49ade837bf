//! The routes of the tax system API, one line each.

use crate::App;
use crate::handlers::{documents, quotes, reversals};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(app: Arc<App>) -> OpenApiRouter {
    let routing = app.routing("finance");
    OpenApiRouter::new()
        .routes(routes!(quotes::quote, quotes::find_quote))
        .routes(routes!(documents::commit, documents::find_document))
        .routes(routes!(reversals::reverse, reversals::find_reversal))
        .with_state(app)
        .merge(routing)
}
