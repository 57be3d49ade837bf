//! An API takes no other routes.

use crossdock_runtime::*;

/// Show the shelf.
#[utoipa::path(get, path = "/shelf", responses((status = 200)))]
async fn get_shelf() {}

fn main() {
    let routes = utoipa_axum::router::OpenApiRouter::new().routes(routes!(get_shelf));
    let _ = Api::new(crossdock_model::ApiId::system("shop"), "", routes);
}
