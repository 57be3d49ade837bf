//! What a basket is worth to a member.

use crate::port::LoyaltyBackend;
use crossdock_outbound::RoutingKey;
use crossdock_problem::{Json, Problem};
use crossdock_system::BackendRead;
use sys_loyalty_contract::{Evaluate, Evaluation};

/// Evaluate a basket: promotions, the value of points, points to earn. Nothing is kept.
#[utoipa::path(post, path = "/evaluations", operation_id = "loyalty_evaluate", tag = "evaluations",
    request_body = Evaluate,
    responses(
        (status = 200, description = "What it is worth", body = Evaluation),
        (status = 409, description = "`points_insufficient`"),
        (status = 422, description = "`mixed_currencies`, `validation_failed`")))]
pub(crate) async fn evaluate(
    read: BackendRead<dyn LoyaltyBackend>,
    Json(request): Json<Evaluate>,
) -> Result<Json<Evaluation>, Problem> {
    let key = RoutingKey {
        brand: request.brand.clone(),
        capability: None,
    };
    let (_name, backend) = read.backend_for(&key)?;
    let evaluated = backend.evaluate(read.tenant(), &request).await?;
    Ok(Json(evaluated))
}
