//! Extractors that read requests and reject them as problems, with a pointer to the place.

use crate::{Code, Problem};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use crossdock_model::Violation;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A JSON body, in and out.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

/// The parameters of the path.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

/// The parameters of the query.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|rejection| match rejection.status().as_u16() {
                413 => Problem::new(Code::PayloadTooLarge, "the body is larger than 1 MiB"),
                _other => Problem::new(Code::InvalidRequest, "the body did not arrive whole"),
            })?;
        let mut reader = serde_json::Deserializer::from_slice(&body);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let pointer = pointer(error.path());
            let detail = error.inner().to_string();
            Problem::new(Code::ValidationFailed, format!("{detail} at {pointer}"))
                .with_errors(vec![Violation { pointer, detail }])
        })?;
        reader
            .end()
            .map_err(|error| Problem::new(Code::InvalidRequest, error.to_string()))?;
        Ok(Self(value))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            // An id that cannot be one names nothing.
            Err(rejection) => Err(Problem::new(Code::NotFound, rejection.body_text())),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let detail = rejection.body_text();
                let errors = vec![Violation {
                    pointer: "#/query".into(),
                    detail: detail.clone(),
                }];
                Err(Problem::new(Code::ValidationFailed, detail).with_errors(errors))
            }
        }
    }
}

/// A path of serde as a JSON Pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => pointer.push_str(variant),
            Segment::Unknown => pointer.push('?'),
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only its reading is tested")]
        lines: Vec<u32>,
    }

    fn read(body: &str) -> Result<Body, String> {
        let mut reader = serde_json::Deserializer::from_str(body);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| pointer(error.path()))
    }

    #[test]
    fn a_wrong_place_is_pointed_at() {
        assert_eq!(read(r#"{"lines":[1,"x"]}"#).unwrap_err(), "/lines/1");
        assert_eq!(read(r#"{"lines":[],"a/b":1}"#).unwrap_err(), "/a~1b");
    }
}
