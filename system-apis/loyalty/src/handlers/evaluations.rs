//! What a basket is worth to a member.

use crate::App;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector, RoutingKey};
use crossdock_problem::{Json, Problem};
use std::sync::Arc;
use sys_loyalty_contract::{Evaluate, Evaluation};

/// Evaluate a basket: promotions, the value of points, points to earn. Nothing is kept.
#[utoipa::path(post, path = "/evaluations", operation_id = "loyalty_evaluate", tag = "evaluations",
    request_body = Evaluate,
    responses(
        (status = 200, description = "What it is worth", body = Evaluation),
        (status = 409, description = "`points_insufficient`"),
        (status = 422, description = "`mixed_currencies`, `validation_failed`")))]
pub(crate) async fn evaluate(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Json(request): Json<Evaluate>,
) -> Result<Json<Evaluation>, Problem> {
    let key = RoutingKey {
        brand: request.brand.clone(),
        capability: None,
    };
    let (_name, backend) = app.pick(&connector, &context, &key)?;
    let evaluated = backend.evaluate(&context.caller.tenant, &request).await?;
    Ok(Json(evaluated))
}
