//! Writes into an API's contract what its operations declare, with the standard parts of its tier.

mod headers;
mod policy_view;
mod responses;

use crate::declaration::{Declaration, Declared, Idempotency, Security};
use crate::routes::operations;
use crossdock_model::Tier;
use headers::{CORRELATION, LIMIT, LIMIT_POLICY, Name, REPLAYED, RETRY_AFTER, carry};
use policy_view::PolicyView;
use responses::Standard;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, OpenApi, Ref, RefOr};

/// The scheme under which every scope is asked for.
const SCHEME: &str = "bearer";

/// Completes the contract: whatever one operation has of this, every operation has.
pub(crate) fn complete(contract: &mut OpenApi, tier: Tier, declared: &[Declared]) {
    let components = contract.components.get_or_insert_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .build();
    components.add_security_scheme(SCHEME, SecurityScheme::Http(bearer));
    responses::add_problem_schema(components);
    for Declared {
        path,
        method,
        declaration,
    } in declared
    {
        let item = contract.paths.paths.get_mut(path);
        let there = item.and_then(|item| operations(item).find(|(of, _)| of == method));
        let Some((_, operation)) = there else {
            continue;
        };
        govern(operation, declaration);
        let view = PolicyView {
            tier,
            declaration: *declaration,
            names_one: path.contains('{'),
            reads_body: operation.request_body.is_some(),
        };
        ask_for_key(operation, declaration.idempotency, components);
        answer(operation, &view, components);
    }
}

/// `security` and the `x-` members.
fn govern(operation: &mut Operation, declaration: &Declaration) {
    operation.security = Some(vec![match declaration.security {
        Security::Public => SecurityRequirement::default(),
        Security::Scopes(scopes) => SecurityRequirement::new(SCHEME, scopes.iter().copied()),
    }]);
    let latency = u64::try_from(declaration.latency.as_millis()).unwrap_or(u64::MAX);
    let extensions = operation.extensions.get_or_insert_default();
    let mut set = |member: &str, value| extensions.insert(member.to_owned(), value);
    set("x-domain", declaration.owner.as_str().into());
    set("x-pattern", declaration.pattern.as_str().into());
    set("x-latency-ms", latency.into());
    set("x-limit-class", declaration.limit.as_str().into());
    set("x-degrade", declaration.degrade.into());
    set("x-data-class", declaration.data.as_str().into());
    if declaration.idempotency == Idempotency::CallerKey {
        set("x-idempotency", true.into());
    }
}

/// The header by which a repeated call is recognised.
fn ask_for_key(operation: &mut Operation, key: Idempotency, components: &mut Components) {
    let Some(parameter) = headers::key(key) else {
        return;
    };
    let name = parameter.name.clone();
    let reference = Ref::new(format!("#/components/parameters/{name}"));
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(RefOr::Ref(reference));
    components.parameters.insert(name, RefOr::T(parameter));
}

/// The handler's own responses as they reach the caller, then those that the stack in front answers.
fn answer(operation: &mut Operation, view: &PolicyView, components: &mut Components) {
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        let RefOr::T(response) = response else {
            continue;
        };
        if status.starts_with(['4', '5']) {
            let problem = RefOr::T(responses::problem());
            response.content = [(responses::MEDIA_TYPE.to_owned(), problem)].into();
        }
        carry(response, own_headers(view, status), components);
    }
    for standard in Standard::of(view) {
        let reference = || RefOr::Ref(standard.shared(view, components));
        responses.entry(standard.status()).or_insert_with(reference);
    }
}

/// What a handler's answer carries by the time it reaches the caller.
fn own_headers(view: &PolicyView, status: &str) -> impl Iterator<Item = Name> {
    let limited = view.is_limited();
    // The border knows the key, the process tier what it was answered with.
    let replayed = view.is_keyed() && view.tier == Tier::Process;
    let later = view.is_keyed() && status == "409" || ["429", "503"].contains(&status);
    let headers = [
        (true, CORRELATION),
        (limited, LIMIT_POLICY),
        (limited, LIMIT),
        (replayed, REPLAYED),
        (later, RETRY_AFTER),
    ];
    headers
        .into_iter()
        .filter_map(|(carries, name)| carries.then_some(name))
}
