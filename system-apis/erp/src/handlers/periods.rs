//! Posting periods.
#![expect(
    unused_qualifications,
    reason = "utoipa writes the query's type with its whole path"
)]

use crate::Erp;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;
use sys_erp_contract::{FINANCE, PeriodStatus};
use utoipa::IntoParams;

/// Which day is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeriodQuery {
    /// A day of the period.
    #[param(value_type = String, format = Date, example = "2026-11-23")]
    date: Date,
}

/// Tell whether the books are open for a day, and which day is the next open one.
#[utoipa::path(
    get, path = "/periods", operation_id = "erp_get_period", tag = "periods",
    params(
        PeriodQuery,
    ),
    responses((status = 200, description = "The period's state", body = PeriodStatus)),
)]
pub(crate) async fn get_period(
    State(erp): State<Arc<Erp>>,
    context: InContext,
    pinned: OnConnector,
    Query(query): Query<PeriodQuery>,
) -> Result<Json<PeriodStatus>, Problem> {
    let on = erp.serving(&pinned, &context, FINANCE)?;
    Ok(Json(on.backend.period(&context, query.date).await?))
}
