//! `POST /oauth/token` (RFC 6749, RFC 8693), the public keys, and where to find both (RFC 8414).

use super::token::Denied;
use super::{Issuer, SubjectKind, Token};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::BASE64;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const HANDLE: &str = "urn:crossdock:params:oauth:token-type:";

impl Issuer {
    /// Its routes, absolute; to be served behind [`crate::open`].
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/oauth/token", post(token))
            .route("/oauth/jwks", get(keys))
            .route("/.well-known/oauth-authorization-server", get(metadata))
            .with_state(Arc::clone(self))
    }
}

async fn keys(State(issuer): State<Arc<Issuer>>) -> Response {
    Json(issuer.key_set()).into_response()
}

async fn metadata(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    let name = issuer.name.trim_end_matches('/');
    Json(json!({
        "issuer": issuer.name,
        "token_endpoint": format!("{name}/oauth/token"),
        "jwks_uri": format!("{name}/oauth/jwks"),
        "grant_types_supported": ["client_credentials", EXCHANGE],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "response_types_supported": [],
    }))
}

async fn token(State(issuer): State<Arc<Issuer>>, headers: HeaderMap, body: Bytes) -> Response {
    let basic = headers.get(header::AUTHORIZATION);
    let mut response = match granted(&issuer, basic, &body) {
        Ok(token) => Json(token).into_response(),
        Err(denied) => refusal(&denied),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refusal(denied: &Denied) -> Response {
    let status = match denied.code {
        "invalid_client" => StatusCode::UNAUTHORIZED,
        "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
        _bad_request => StatusCode::BAD_REQUEST,
    };
    let body = Json(json!({"error": denied.code, "error_description": denied.why}));
    let mut response = (status, body).into_response();
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"crossdock\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn granted(issuer: &Issuer, basic: Option<&HeaderValue>, body: &[u8]) -> Result<Token, Denied> {
    let form = form(body)?;
    let given = |name: &str| {
        form.get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    };
    let (name, secret) = match (basic, given("client_id"), given("client_secret")) {
        (Some(basic), _, None) => basic_credentials(basic).ok_or_else(|| {
            Denied::new("invalid_client", "Authorization is no Basic credentials")
        })?,
        (None, Some(name), Some(secret)) => (name.to_owned(), secret.to_owned()),
        (Some(_), _, Some(_)) => {
            return Err(Denied::new(
                "invalid_request",
                "send the client's secret once, not twice",
            ));
        }
        (None, _, _) => {
            return Err(Denied::new(
                "invalid_client",
                "send client_id and client_secret",
            ));
        }
    };
    let client = issuer
        .clients
        .authenticated(&name, &secret)
        .ok_or_else(|| Denied::new("invalid_client", "no such client, or another secret"))?;
    match given("grant_type") {
        Some("client_credentials") => issuer.issue(client, None, given("scope")),
        Some(EXCHANGE) => {
            let kind = subject_kind(given("subject_token_type"))?;
            let handle = given("subject_token")
                .ok_or_else(|| Denied::new("invalid_request", "subject_token is missing"))?;
            if given("requested_token_type").is_some_and(|kind| kind != ACCESS_TOKEN) {
                return Err(Denied::new(
                    "invalid_request",
                    "only access tokens are issued",
                ));
            }
            let mut token = issuer.issue(client, Some((kind, handle)), given("scope"))?;
            token.issued_token_type = Some(ACCESS_TOKEN);
            Ok(token)
        }
        Some(other) => {
            let why = format!("{other} is not offered: client_credentials or {EXCHANGE}");
            Err(Denied::new("unsupported_grant_type", why))
        }
        None => Err(Denied::new("invalid_request", "grant_type is missing")),
    }
}

/// The form's members; one that stands there twice is an error (RFC 6749, 3.2).
fn form(body: &[u8]) -> Result<HashMap<String, String>, Denied> {
    let mut form = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        let name = name.into_owned();
        if form.contains_key(&name) {
            return Err(Denied::new(
                "invalid_request",
                format!("{name} stands there twice"),
            ));
        }
        form.insert(name, value.into_owned());
    }
    Ok(form)
}

fn basic_credentials(header: &HeaderValue) -> Option<(String, String)> {
    let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?;
    let (name, secret) = decoded.split_once(':')?;
    // RFC 6749, 2.3.1: both are form-encoded before they are joined.
    let plain = |text: &str| {
        let (name, _) = url::form_urlencoded::parse(text.as_bytes()).next()?;
        Some(name.into_owned())
    };
    Some((plain(name)?, plain(secret)?))
}

fn subject_kind(token_type: Option<&str>) -> Result<SubjectKind, Denied> {
    match token_type.and_then(|kind| kind.strip_prefix(HANDLE)) {
        Some("customer") => Ok(SubjectKind::Customer),
        Some("clerk") => Ok(SubjectKind::Clerk),
        Some("agent") => Ok(SubjectKind::Agent),
        Some("operator") => Ok(SubjectKind::Operator),
        _unknown => {
            let why =
                format!("subject_token_type is none of {HANDLE}customer, clerk, agent, operator");
            Err(Denied::new("invalid_request", why))
        }
    }
}
