//! The headers that contracts share: those of answers, and the keys of requests.

use crate::declaration::Idempotency;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{Components, Ref, RefOr, Required, Response};

/// A header of answers, by name.
pub(super) type Name = &'static str;

pub(super) const CORRELATION: Name = "X-Correlation-Id";
pub(super) const LIMIT_POLICY: Name = "RateLimit-Policy";
pub(super) const LIMIT: Name = "RateLimit";
pub(super) const RETRY_AFTER: Name = "Retry-After";
pub(super) const REPLAYED: Name = "Idempotent-Replayed";
pub(super) const CHALLENGE: Name = "WWW-Authenticate";
const LOCATION: Name = "Location";

/// Each with what it says, and how it looks.
const KNOWN: [(Name, &str, &str); 7] = [
    (
        CORRELATION,
        "The correlation id: as the caller sent it, or generated here; a problem repeats it as `instance`.",
        "4bf92f3577b34da6a3ce929d0e0e4736",
    ),
    (
        LIMIT_POLICY,
        "The limit that this call counts against: how many, in how many seconds.",
        "\"checkout\";q=3000;w=60",
    ),
    (
        LIMIT,
        "How many calls are left at once, and in how many seconds there is one more.",
        "\"checkout\";r=2999;t=1",
    ),
    (RETRY_AFTER, "In how many seconds to come back.", "1"),
    (
        REPLAYED,
        "Present where the answer was given before under the same key.",
        "?1",
    ),
    (
        CHALLENGE,
        "How to authenticate, or which scope the token lacks.",
        "Bearer realm=\"crossdock\"",
    ),
    (
        LOCATION,
        "Where to read it.",
        "…/orders/0197b0f2-7c1e-7bd4-9a51-2f6d0c7d9a10",
    ),
];

/// Lets a response carry headers; a header that a handler declares under a known name gets the shared description.
pub(super) fn carry(
    response: &mut Response,
    names: impl IntoIterator<Item = Name>,
    components: &mut Components,
) {
    let own: Vec<String> = response.headers.keys().cloned().collect();
    let names = names.into_iter().map(str::to_owned);
    for name in names.chain(own) {
        let Some((_, says, example)) = KNOWN.iter().find(|(known, ..)| *known == name) else {
            continue;
        };
        let reference = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert(name.clone(), RefOr::Ref(reference));
        let shared = components.headers.entry(name);
        shared.or_insert_with(|| RefOr::T(header(says, example)));
    }
}

fn header(says: &str, example: &str) -> Header {
    HeaderBuilder::new()
        .description(Some(says))
        .example(Some(example.into()))
        .build()
}

/// The request header by which a repeated call is recognised.
pub(super) fn key(idempotency: Idempotency) -> Option<Parameter> {
    let (name, required, says, example) = match idempotency {
        Idempotency::Safe | Idempotency::Inherent => return None,
        Idempotency::CallerKey => (
            "Idempotency-Key",
            Required::True,
            "A new quoted string for each intended effect: the same key is answered the same.",
            "\"0197b0f2-7c1e-7bd4-9a51-2f6d0c7d9a10\"",
        ),
        Idempotency::Delivery => (
            "Crossdock-Delivery",
            Required::False,
            "The step's key, which attempt this is and when the first was sent, in milliseconds since 1970; \
             a call without it counts as repeated.",
            "\"06b-abc\";attempt=1;first-sent=1700000000123",
        ),
    };
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(says))
        .schema(Some(Object::with_type(Type::String)))
        .example(Some(example.into()));
    Some(parameter.build())
}
