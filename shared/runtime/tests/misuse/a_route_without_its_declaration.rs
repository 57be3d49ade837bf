//! A handler comes in only together with its declaration.

use crossdock_runtime::*;

/// Show the shelf.
#[utoipa::path(get, path = "/shelf", responses((status = 200)))]
async fn get_shelf() {}

fn main() {
    let _: Routes = Routes::new().route(routes!(get_shelf));
}
