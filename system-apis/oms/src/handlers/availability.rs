//! Sellable stock by SKU and location.
#![expect(
    unused_qualifications,
    reason = "utoipa names the query's type with its whole path"
)]

use crate::port::OmsBackend;
use crossdock_model::{Sku, Violation};
use crossdock_problem::{Code, Json, Problem, Query};
use crossdock_system::BackendRead;
use serde::Deserialize;
use sys_oms_contract::Availability;
use utoipa::IntoParams;

/// The most SKUs that one question may name.
const MOST: usize = 200;

/// Which SKUs, and where, the stock is asked of.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AvailabilityQuery {
    /// SKUs, separated by spaces; at most 200.
    #[param(min_length = 1, max_length = 13000, example = "A-1 B-1")]
    skus: String,
}

/// Read what may still be sold.
///
/// One row for each location that knows the SKU; an unknown SKU has none.
#[utoipa::path(get, path = "/availability", operation_id = "oms_get_availability", tag = "availability",
    params(AvailabilityQuery),
    responses(
        (status = 200, description = "Stock by SKU and location, as of when the OMS was asked", body = Vec<Availability>),
        (status = 422, description = "No SKUs, or too many")))]
pub(crate) async fn get_availability(
    read: BackendRead<dyn OmsBackend>,
    Query(query): Query<AvailabilityQuery>,
) -> Result<Json<Vec<Availability>>, Problem> {
    let skus = parse_skus(&query.skus).map_err(|detail| {
        let errors = vec![Violation {
            pointer: "#/query/skus".into(),
            detail: detail.clone(),
        }];
        Problem::new(Code::ValidationFailed, detail).with_errors(errors)
    })?;
    let backend = read.backend()?;
    Ok(Json(backend.availability(&skus).await?))
}

fn parse_skus(text: &str) -> Result<Vec<Sku>, String> {
    let skus: Vec<Sku> = text
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    match skus.len() {
        0 => Err("no SKU is named: write skus=A-1+B-1".into()),
        1..=MOST => Ok(skus),
        many => Err(format!(
            "{many} SKUs are named: ask for at most {MOST} at once"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skus_are_separated_by_spaces_and_bounded() {
        assert_eq!(parse_skus("A-1 B-1").unwrap().len(), 2);
        assert!(parse_skus(" ").is_err());
        assert!(parse_skus(&"A ".repeat(201)).is_err());
    }
}
