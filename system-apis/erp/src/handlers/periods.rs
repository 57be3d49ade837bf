//! Posting periods.
#![expect(
    unused_qualifications,
    reason = "utoipa writes the query's type with its whole path"
)]

use crate::port::{ErpBackend, capability};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::BackendRead;
use jiff::civil::Date;
use serde::Deserialize;
use sys_erp_contract::{FINANCE, PeriodStatus};
use utoipa::IntoParams;

/// The query of a posting period, by one of its days.
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
    read: BackendRead<dyn ErpBackend>,
    Query(query): Query<PeriodQuery>,
) -> Result<Json<PeriodStatus>, Problem> {
    let (_name, erp) = read.backend_for(&capability(FINANCE))?;
    Ok(Json(erp.period(read.context(), query.date).await?))
}
