//! Access tokens for whoever holds the data folder: what `crossdock token` asks for.

use crate::operations::deps::Deps;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use crossdock_policy::SubjectKind;
use crossdock_problem::{Code, Json, Problem};
use serde::Deserialize;

/// The application that a token is wanted for, and on whose behalf.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    consumer: String,
    /// On whose behalf; the application itself when absent.
    #[serde(default)]
    subject: Option<Subject>,
    #[serde(default)]
    scope: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    kind: SubjectKind,
    handle: String,
}

/// `POST /tokens`: an access token of the embedded issuer.
pub(crate) async fn mint(
    State(deps): State<Deps>,
    Json(wanted): Json<TokenRequest>,
) -> Result<Response, Problem> {
    let issuer = deps.issuer.as_ref().ok_or_else(|| {
        Problem::new(
            Code::WrongState,
            "issuer.embedded is false: ask your own issuer",
        )
    })?;
    let subject = wanted
        .subject
        .as_ref()
        .map(|subject| (subject.kind, &*subject.handle));
    let token = issuer
        .token(&wanted.consumer, subject, wanted.scope.as_deref())
        .map_err(|denied| Problem::new(Code::Forbidden, denied.to_string()))?;
    Ok(axum::Json(token).into_response())
}
