//! The erasure resource of an order's personal data.

use crate::deps::Deps;
use crate::personal_data::erase;
use axum::extract::State;
use crossdock_model::OrderId;
use crossdock_policy::RequestCause;
use crossdock_problem::{Json, Path, Problem};
use http::StatusCode;
use proc_order_contract::{ErasePersonalData, PersonalDataErased};

/// Erase what is known of the person that an order went to; ids and amounts stay. Once erased, it stays so.
#[utoipa::path(
    post, path = "/orders/{id}/erasures", operation_id = "order_erase_personal_data", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = ErasePersonalData,
    responses(
        (status = 201, description = "Erased, now or before", body = PersonalDataErased),
        (status = 404, description = "No such order, or not yours"),
        (status = 409, description = "The order is still open and needs it"),
    ),
)]
pub(crate) async fn erase_personal_data(
    State(deps): State<Deps>,
    caused: RequestCause,
    Path(id): Path<OrderId>,
    Json(request): Json<ErasePersonalData>,
) -> Result<(StatusCode, Json<PersonalDataErased>), Problem> {
    let at = erase(&deps.desk, &caused.0, id, request.reason).await?;
    let erased = PersonalDataErased { order_id: id, at };
    Ok((StatusCode::CREATED, Json(erased)))
}
