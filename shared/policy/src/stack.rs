//! Which policies stand before an API, and in which order: the only such list (governance.md, "Order").

use crate::authenticate::AuthenticateLayer;
use crate::authorise::AuthoriseLayer;
use crate::body::BodyLayer;
use crate::compression::compression;
use crate::content::ContentLayer;
use crate::contract::{self, SetupError};
use crate::cors::cors;
use crate::deadline::DeadlineLayer;
use crate::exchange::ExchangeLayer;
use crate::idempotency::IdempotencyLayer;
use crate::operation::{OperationLayer, Operations};
use crate::panics::panics;
use crate::rate::RateLimitLayer;
use crate::replay::ReplayLayer;
use crate::settings::Profile;
use crate::shared::Shared;
use crate::spans::{SENSITIVE, spans};
use crate::tier::AuthenticateTierLayer;
use crate::validate::ValidateLayer;
use axum::Router;
use crossdock_model::{ApiId, Tier};
use crossdock_problem::{Code, Problem};
use crossdock_runtime::Api;
use tower::ServiceBuilder;
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;

/// An API's router behind the policies of its tier; it may be nested at the API's base or called as it is.
pub fn protect(api: Api, profile: &Profile, shared: &Shared) -> Result<Router, SetupError> {
    let operations = contract::operations(&api)?;
    let router = api.router.fallback(nothing_here);
    Ok(match api.id.tier {
        Tier::Experience => experience(router, operations, profile, shared),
        Tier::Process => process(router, api.id, operations, profile, shared),
        Tier::System => system(router, api.id, operations, profile, shared),
    })
}

// In each stack the outermost layer comes first; the numbers are the rows of the order. A whole stack
// goes on with one `Router::layer`: every further call would box each request once more.

/// Experience APIs: strangers call, over a socket.
fn experience(router: Router, asked: Operations, profile: &Profile, shared: &Shared) -> Router {
    let around = ServiceBuilder::new()
        .option_layer(compression(profile)) // outside of whatever may still change an answer
        .layer(SetSensitiveRequestHeadersLayer::new(SENSITIVE)) // before anything can print them
        .layer(ExchangeLayer::at_the_border(shared)) // 2: ours, as tower-http keeps unreadable ids
        .layer(spans()) // what is logged below says to which request it belongs
        .layer(panics()) // whatever panics below is answered
        .option_layer(cors(profile)); // 4: before 3, since a preflight asks for no operation
    let on_headers = ServiceBuilder::new()
        .layer(OperationLayer::new(asked)) // 3: what is asked for
        .option_layer(shared.addresses.clone()) // 5: guessing tokens is slow
        .layer(AuthenticateLayer::new(&shared.verifier)) // 6: who is calling
        .layer(AuthoriseLayer::by_scope(shared)) // 7: whether they may
        .layer(RateLimitLayer::new(&shared.rates)) // 9: per consumer, so after 6
        .layer(ContentLayer::new(profile)); // 10: what will be read
    let on_body = ServiceBuilder::new()
        .layer(BodyLayer::new(profile, &shared.clock)) // 10: ours, as tower-http times each frame anew
        .layer(IdempotencyLayer::new()) // 11: the key travels down; its record is below
        .layer(ValidateLayer::new()) // 12: nothing malformed passes
        .layer(DeadlineLayer::new(profile, &shared.clock)); // 15: ours, per request and on our clock
    router.layer((around, on_headers, on_body))
}

/// Process APIs: channels call, and other process APIs.
fn process(
    router: Router,
    api: ApiId,
    asked: Operations,
    profile: &Profile,
    shared: &Shared,
) -> Router {
    let around = ServiceBuilder::new()
        .layer(ExchangeLayer::between_tiers(shared)) // 2: the ids of the tier above
        .layer(spans()) // at debug within the process, where the border's span is open already
        .layer(panics()); // the tier above gets an answer
    let policies = ServiceBuilder::new()
        .layer(OperationLayer::new(asked)) // 3: what is asked for
        .layer(AuthenticateTierLayer::new(api, shared)) // 6: which tier, and on whose behalf
        .layer(AuthoriseLayer::by_scope(shared)) // 7: the travelling caller's scopes
        .layer(BodyLayer::new(profile, &shared.clock)) // 10: what 11 and 12 look at
        .layer(IdempotencyLayer::new()) // 11: one key, one effect
        .option_layer(ReplayLayer::over(shared.store.as_ref())) // 11: the one durable record
        .layer(ValidateLayer::new()) // 12: always over HTTP, a sample in process
        .layer(DeadlineLayer::new(profile, &shared.clock)); // 15: it only shrinks downward
    router.layer((around, policies))
}

/// System APIs: only process APIs call.
fn system(
    router: Router,
    api: ApiId,
    asked: Operations,
    profile: &Profile,
    shared: &Shared,
) -> Router {
    let around = ServiceBuilder::new()
        .layer(ExchangeLayer::between_tiers(shared)) // 2: the ids of the tier above
        .layer(spans()) // at debug within the process, where the border's span is open already
        .layer(panics()); // the tier above gets an answer
    let policies = ServiceBuilder::new()
        .layer(OperationLayer::new(asked)) // 3: what is asked for
        .layer(AuthenticateTierLayer::new(api, shared)) // 6: the process tier and no other
        .layer(AuthoriseLayer::by_tenant(shared)) // 7: scopes were asked for above
        .layer(BodyLayer::new(profile, &shared.clock)) // 10: what 12 looks at
        // 11 is absent: an effect comes with its step's key, which the connector reads.
        .layer(ValidateLayer::new()) // 12: always over HTTP, a sample in process
        .layer(DeadlineLayer::new(profile, &shared.clock)); // 15: it only shrinks downward
    router.layer((around, policies))
}

/// Routes that ask nobody who they are: tokens, documents, vendors' webhooks.
pub fn open(router: Router, shared: &Shared) -> Router {
    let stack = ServiceBuilder::new()
        .layer(SetSensitiveRequestHeadersLayer::new(SENSITIVE)) // clients send secrets as Basic
        .layer(ExchangeLayer::at_the_border(shared)) // 2: an answer says to which request it belongs
        .layer(spans()) // so does what is logged below
        .layer(panics()) // whatever panics below is answered
        .option_layer(shared.addresses.clone()) // 5: guessing secrets is slow
        .layer(BodyLayer::small(&shared.clock)); // 10: little, and in time
    router.layer(stack)
}

/// The fallback of a listener: a path that no API has.
pub async fn nothing_here() -> Problem {
    Problem::new(Code::NotFound, "no such path: see /docs for what there is")
}
