//! What an answer of another API of ours means to its caller.

use crate::message::Reply;
use crossdock_model::{ApiId, Fault, Refusal};
use crossdock_problem::Problem;
use http::StatusCode;

/// A 2xx as it is, anything else as what the caller can do about it.
pub(crate) fn answered(to: ApiId, reply: Reply) -> Result<Reply, Fault> {
    if reply.status.is_success() {
        return Ok(reply);
    }
    let problem = serde_json::from_slice::<Problem>(&reply.body).ok();
    let why = problem.as_ref().map_or_else(
        || format!("{to} answered {}", reply.status.as_u16()),
        |problem| format!("{to}: {}: {}", problem.code, problem.detail),
    );
    let code = problem.as_ref().map(|problem| problem.code.as_str());
    Err(match (reply.status, code) {
        (_, Some("nothing_happened")) => Fault::NothingHappened { new_intent: true },
        (_, Some("misconfigured"))
        | (StatusCode::UNAUTHORIZED | StatusCode::METHOD_NOT_ALLOWED, _) => {
            Fault::Misconfigured { why }
        }
        (_, Some("upstream_contract")) => Fault::Poison { why },
        (
            StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE,
            _,
        ) => Fault::Retry {
            after: reply.retry_after(),
            why,
        },
        (StatusCode::REQUEST_TIMEOUT, _) => Fault::Unknown { why },
        (status, Some(_)) if status.is_client_error() => problem.map_or_else(
            || Fault::poison("a problem without itself"),
            |problem| {
                let Problem {
                    code,
                    detail,
                    errors,
                    ..
                } = problem;
                Fault::Refused(Refusal {
                    code,
                    detail,
                    errors,
                })
            },
        ),
        (status, None) if status.is_client_error() => Fault::Misconfigured { why },
        _server_error => Fault::Unknown { why },
    })
}
