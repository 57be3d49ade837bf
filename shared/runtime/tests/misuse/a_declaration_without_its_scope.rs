//! Who may call is said for every operation; for everybody, too.

use crossdock_runtime::*;

/// Show the shelf.
#[utoipa::path(get, path = "/shelf", responses((status = 200)))]
async fn get_shelf() {}

fn main() {
    let declaration = Declaration {
        owner: Domain::Commerce,
        pattern: Pattern::Sync,
        latency: std::time::Duration::from_millis(50),
        limit: LimitClass::Read,
        data: DataClass::Public,
        idempotency: Idempotency::Safe,
        degrade: "last known shelf",
    };
    let _: Routes = Routes::new().route(routes!(get_shelf), declaration);
}
