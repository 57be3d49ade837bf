//! The problems that the stack in front of a handler answers by itself.

use super::headers::{CHALLENGE, CORRELATION, LIMIT, LIMIT_POLICY, Name, RETRY_AFTER, carry};
use super::policy_view::PolicyView;
use crossdock_model::Tier;
use crossdock_problem::{Code, Problem};
use std::time::Duration;
use utoipa::ToSchema as _;
use utoipa::openapi::{Components, Content, Ref, RefOr, Response, ResponseBuilder};

/// A response that many operations share.
pub(super) struct Standard {
    /// Its name among the contract's components.
    name: &'static str,
    /// The code that it is named for.
    code: Code,
    /// Others of the same status.
    also: &'static [Code],
    /// Which headers it has beyond those of every answer.
    headers: &'static [Name],
    /// Which operations it is for.
    applies: fn(&PolicyView) -> bool,
}

/// In the order of their status; the policies that answer them stand in `crossdock_policy`'s `stack.rs`.
const STANDARD: [Standard; 18] = [
    Standard {
        name: "InvalidRequest",
        code: Code::InvalidRequest,
        also: &[],
        headers: &[],
        applies: |it| !it.is_keyed(),
    },
    Standard {
        name: "InvalidRequestOrKey",
        code: Code::InvalidRequest,
        also: &[Code::IdempotencyKeyMissing, Code::IdempotencyKeyInvalid],
        headers: &[],
        applies: PolicyView::is_keyed,
    },
    Standard {
        name: "Unauthenticated",
        code: Code::Unauthenticated,
        also: &[],
        headers: &[CHALLENGE],
        applies: PolicyView::authenticates,
    },
    Standard {
        name: "Forbidden",
        code: Code::Forbidden,
        also: &[],
        headers: &[CHALLENGE],
        applies: PolicyView::authenticates,
    },
    Standard {
        name: "NotFound",
        code: Code::NotFound,
        also: &[],
        headers: &[],
        applies: |it| it.names_one,
    },
    Standard {
        name: "RequestTimeout",
        code: Code::RequestTimeout,
        also: &[],
        headers: &[],
        applies: |it| it.reads_body,
    },
    Standard {
        name: "IdempotencyInFlight",
        code: Code::IdempotencyInFlight,
        also: &[],
        headers: &[RETRY_AFTER],
        applies: PolicyView::is_keyed,
    },
    Standard {
        name: "PayloadTooLarge",
        code: Code::PayloadTooLarge,
        also: &[],
        headers: &[],
        applies: |it| it.reads_body,
    },
    Standard {
        name: "UnsupportedMediaType",
        code: Code::UnsupportedMediaType,
        also: &[],
        headers: &[],
        applies: |it| it.reads_body && it.at_border(),
    },
    Standard {
        name: "ValidationFailed",
        code: Code::ValidationFailed,
        also: &[Code::CardNumberPresent],
        headers: &[],
        applies: |it| it.tier != Tier::System && !it.is_keyed(),
    },
    Standard {
        name: "ValidationFailedOrKeyReused",
        code: Code::ValidationFailed,
        also: &[Code::CardNumberPresent, Code::IdempotencyKeyReused],
        headers: &[],
        applies: PolicyView::is_keyed,
    },
    Standard {
        name: "ValidationFailed",
        code: Code::ValidationFailed,
        also: &[Code::CardNumberPresent, Code::ConnectorUnknown],
        headers: &[],
        applies: |it| it.tier == Tier::System,
    },
    Standard {
        name: "RateLimited",
        code: Code::RateLimited,
        also: &[],
        headers: &[RETRY_AFTER],
        applies: PolicyView::at_border,
    },
    Standard {
        name: "Internal",
        code: Code::Internal,
        also: &[Code::Misconfigured],
        headers: &[],
        applies: |_every| true,
    },
    Standard {
        name: "BadGateway",
        code: Code::UpstreamContract,
        also: &[Code::OutcomeUnknown],
        headers: &[],
        applies: |_every| true,
    },
    Standard {
        name: "Unavailable",
        code: Code::Unavailable,
        also: &[],
        headers: &[RETRY_AFTER],
        applies: |_every| true,
    },
    Standard {
        name: "DeadlineExceeded",
        code: Code::DeadlineExceeded,
        also: &[],
        headers: &[],
        applies: |_every| true,
    },
    Standard {
        name: "TooDeep",
        code: Code::TooDeep,
        also: &[],
        headers: &[],
        applies: |it| !it.at_border(),
    },
];

impl Standard {
    /// Those of that operation, at most one a status.
    pub(super) fn of(view: &PolicyView) -> impl Iterator<Item = &'static Self> {
        STANDARD.iter().filter(|standard| (standard.applies)(view))
    }

    /// As a contract writes it, `"429"`.
    pub(super) fn status(&self) -> String {
        self.code.status().as_str().to_owned()
    }

    /// A reference to it; the response itself comes into the components.
    pub(super) fn shared(&self, view: &PolicyView, components: &mut Components) -> Ref {
        if !components.responses.contains_key(self.name) {
            let mut response = self.response();
            // Whoever is turned away before the limits is not counted.
            let counted = view.is_limited() && !self.headers.contains(&CHALLENGE);
            let limits = [LIMIT_POLICY, LIMIT].into_iter().filter(|_| counted);
            let headers = self.headers.iter().copied().chain(limits);
            carry(&mut response, headers.chain([CORRELATION]), components);
            let response = RefOr::T(response);
            components.responses.insert(self.name.to_owned(), response);
        }
        Ref::from_response_name(self.name)
    }

    fn response(&self) -> Response {
        let codes = std::iter::once(&self.code).chain(self.also);
        let lines: Vec<String> = codes
            .map(|code| format!("`{}`: {}", code.as_str(), code.meaning().trim()))
            .collect();
        let mut example = Problem::new(self.code, self.code.meaning().trim());
        example.instance = Some("4bf92f3577b34da6a3ce929d0e0e4736".to_owned());
        if self.headers.contains(&RETRY_AFTER) {
            example = example.after(Duration::from_secs(1));
        }
        let mut content = problem();
        content.example = serde_json::to_value(example).ok();
        ResponseBuilder::new()
            .description(lines.join("\n\n"))
            .content(MEDIA_TYPE, content)
            .build()
    }
}

/// The media type of RFC 9457.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// The response content `application/problem+json` with the schema of a problem.
pub(super) fn problem() -> Content {
    Content::new(Some(Ref::from_schema_name(Problem::name())))
}

/// The schema of problems, with those it refers to.
pub(super) fn add_problem_schema(components: &mut Components) {
    let mut schemas = vec![(
        Problem::name().into_owned(),
        <Problem as utoipa::PartialSchema>::schema(),
    )];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
}
