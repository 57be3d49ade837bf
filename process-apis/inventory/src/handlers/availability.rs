//! How many units of a SKU can be promised.

use crate::deps::Deps;
use axum::extract::State;
use crossdock_model::{Sku, Timestamp};
use crossdock_outbound::CallContext;
use crossdock_problem::{Code, Json, Problem, Query};
use proc_inventory_contract::{Availability, AvailabilityPage, LocationAvailability};
use serde::Deserialize;

/// Which SKUs are asked about.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AvailabilityQuery {
    /// SKUs, separated by commas, 100 at most.
    #[param(example = "A-1,B-1", min_length = 1, max_length = 6_500)]
    skus: String,
}

/// Read how many of these can be promised, and how old that knowledge is.
#[utoipa::path(
    get, path = "/availability", operation_id = "inventory_availability", tag = "availability",
    params(AvailabilityQuery),
    responses(
        (status = 200, description = "In the order asked; an unknown SKU has nothing saleable", body = AvailabilityPage),
        (status = 422, description = "What was asked are no SKUs"),
    ),
)]
pub(crate) async fn list_availability(
    State(deps): State<Deps>,
    context: CallContext,
    Query(query): Query<AvailabilityQuery>,
) -> Result<Json<AvailabilityPage>, Problem> {
    let skus = skus(&query.skus)?;
    let tenant = &context.caller.tenant;
    let known: Vec<Option<Availability>> = skus
        .iter()
        .map(|sku| deps.recent.get(&(tenant.clone(), sku.clone())))
        .collect();
    let asked = skus.iter().zip(&known);
    let unknown: Vec<Sku> = asked
        .filter(|(_, known)| known.is_none())
        .map(|(sku, _)| sku.clone())
        .collect();
    let mut stock = Vec::new();
    if !unknown.is_empty() {
        stock = deps.oms.availability(&context, &unknown).await?;
    }
    let fresh = |sku: &Sku| {
        let availability = project(sku, &stock, deps.recent.now());
        let key = (tenant.clone(), sku.clone());
        deps.recent.insert(key, availability.clone());
        availability
    };
    let items = skus.iter().zip(known);
    Ok(Json(AvailabilityPage {
        items: items
            .map(|(sku, known)| known.unwrap_or_else(|| fresh(sku)))
            .collect(),
    }))
}

/// One SKU over all its locations; as old as its oldest figure.
fn project(sku: &Sku, stock: &[sys_oms_contract::Availability], now: Timestamp) -> Availability {
    let at: Vec<_> = stock.iter().filter(|stock| &stock.sku == sku).collect();
    Availability {
        sku: sku.clone(),
        saleable: at.iter().map(|stock| stock.saleable).sum(),
        as_of: at.iter().map(|stock| stock.as_of).min().unwrap_or(now),
        locations: at
            .into_iter()
            .map(|stock| LocationAvailability {
                location: stock.location.clone(),
                saleable: stock.saleable,
            })
            .collect(),
    }
}

fn skus(list: &str) -> Result<Vec<Sku>, Problem> {
    let skus: Result<Vec<Sku>, String> = list.split(',').map(|sku| sku.trim().parse()).collect();
    let skus = skus.map_err(|why| Problem::new(Code::ValidationFailed, why))?;
    if skus.len() > 100 {
        return Err(Problem::new(
            Code::ValidationFailed,
            "ask about 100 SKUs at most",
        ));
    }
    Ok(skus)
}
