//! Which policies stand before an API, and in which order: the only such list (governance.md, "Order").

use crate::authenticate::Authenticate;
use crate::authorise::Authorise;
use crate::body::Reading;
use crate::content::Content;
use crate::contract::{self, SetupError};
use crate::deadline::Deadline;
use crate::gate::Gate;
use crate::idempotency::Idempotency;
use crate::operation::Operations;
use crate::rate::RateLimit;
use crate::schema::Schemas;
use crate::service::{Sample, Stack, StackLayer};
use crate::settings::Profile;
use crate::shared::Shared;
use crate::tier::FromTier;
use axum::Router;
use crossdock_model::{ApiId, Tier};
use crossdock_problem::{Code, Problem};
use crossdock_runtime::Api;
use std::sync::Arc;
use std::time::Duration;

/// An API's router behind the policies of its tier; it may be nested at the API's base or called as it is.
pub fn protect(api: Api, profile: &Profile, shared: &Shared) -> Result<Router, SetupError> {
    let operations = contract::operations(&api)?;
    let (on_headers, on_body) = match api.id.tier {
        Tier::Experience => border(operations, profile, shared),
        Tier::Process | Tier::System => inner(api.id, operations, profile, shared),
    };
    // Correlation, access line and panics stand around the lists: they see every answer.
    let stack = Stack {
        inner: api.id.tier != Tier::Experience,
        on_headers,
        reading: Reading {
            limit: profile.body_bytes,
            time: profile.body_time,
        },
        on_body,
        sample: Sample::of(profile.sample),
        clock: Arc::clone(&shared.clock),
        ids: Arc::clone(&shared.ids),
        refusals: Arc::clone(&shared.refusals),
    };
    let router = api.router.fallback(nothing_here);
    Ok(router.layer(StackLayer(Arc::new(stack))))
}

type Gates = Vec<Box<dyn Gate>>;

/// The public border.
fn border(operations: Operations, profile: &Profile, shared: &Shared) -> (Gates, Gates) {
    let mut on_headers: Gates = vec![Box::new(operations)]; // 3: what is asked for
    if let Some(limit) = shared.addresses.clone() {
        on_headers.push(Box::new(limit)); // 5: guessing tokens is slow
    }
    on_headers.push(Box::new(Authenticate(Arc::clone(&shared.verifier)))); // 6: who is calling
    on_headers.push(Box::new(authorise(shared, true))); // 7: whether they may
    on_headers.push(Box::new(RateLimit(Arc::clone(&shared.rates)))); // 9: per consumer, so after 6
    on_headers.push(Box::new(Content {
        limit: profile.body_bytes,
    })); // 10: what will be read
    let on_body: Gates = vec![
        Box::new(Idempotency { store: None }), // 11: the key travels down; its record is below
        Box::new(Schemas),                     // 12: nothing malformed passes
        Box::new(deadline(profile, shared)),   // 15: from here on the caller's time runs
    ];
    (on_headers, on_body)
}

/// Between tiers, in process and over HTTP.
fn inner(api: ApiId, operations: Operations, profile: &Profile, shared: &Shared) -> (Gates, Gates) {
    let on_headers: Gates = vec![
        Box::new(operations), // 3: what is asked for
        Box::new(FromTier {
            api,
            key: shared.tier_key.clone(),
            clock: Arc::clone(&shared.clock),
        }), // 6: which tier, and on whose behalf
        Box::new(authorise(shared, api.tier == Tier::Process)), // 7: the travelling caller's scopes
    ];
    let mut on_body: Gates = Vec::new();
    if api.tier == Tier::Process {
        on_body.push(Box::new(Idempotency {
            store: shared.store.clone(),
        })); // 11: the one durable record; a system API has the delivery's key instead
    }
    on_body.push(Box::new(Schemas)); // 12: always over HTTP, a sample in process
    on_body.push(Box::new(deadline(profile, shared))); // 15
    (on_headers, on_body)
}

fn authorise(shared: &Shared, scopes: bool) -> Authorise {
    Authorise {
        tenants: Arc::clone(&shared.tenants),
        scopes,
    }
}

fn deadline(profile: &Profile, shared: &Shared) -> Deadline {
    Deadline {
        most: profile.deadline,
        clock: Arc::clone(&shared.clock),
    }
}

/// Routes that ask nobody who they are (tokens, documents): correlation, access line, panics, address limit.
pub fn open(router: Router, shared: &Shared) -> Router {
    let mut on_headers: Gates = Vec::new();
    if let Some(limit) = shared.addresses.clone() {
        on_headers.push(Box::new(limit));
    }
    router.layer(StackLayer(Arc::new(Stack {
        inner: false,
        on_headers,
        reading: Reading {
            limit: 64 * 1024,
            time: Duration::from_secs(10),
        },
        on_body: Vec::new(),
        sample: Sample::of(0),
        clock: Arc::clone(&shared.clock),
        ids: Arc::clone(&shared.ids),
        refusals: Arc::clone(&shared.refusals),
    })))
}

/// The fallback of a listener: a path that no API has.
pub async fn nothing_here() -> Problem {
    Problem::new(Code::NotFound, "no such path: see /docs for what there is")
}
