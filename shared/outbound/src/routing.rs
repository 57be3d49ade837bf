//! Which connector serves whom, as the tier above asks it: the order pins the answer.

use crate::Route;
use crossdock_model::{ConnectorName, Context, Fault};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a connector is wanted for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RoutingKey {
    /// The brand of the shop.
    #[serde(default)]
    #[param(max_length = 64)]
    pub brand: Option<String>,
    /// The part of the domain, such as `finance` or `stock` of the ERPs.
    #[serde(default)]
    #[param(max_length = 64)]
    pub capability: Option<String>,
}

/// Which connector serves what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Routed {
    /// Its name; an order pins it.
    pub connector: ConnectorName,
}

impl RoutingKey {
    /// Asks a system API which of its connectors serves that.
    pub async fn ask(&self, route: &Route, context: &Context) -> Result<Routed, Fault> {
        let mut query = Vec::new();
        query.extend(self.brand.as_deref().map(|brand| ("brand", brand)));
        let capability = self.capability.as_deref();
        query.extend(capability.map(|capability| ("capability", capability)));
        route.get(context, "/routing").query(&query).send().await
    }
}
