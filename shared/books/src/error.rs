//! Errors as a vendor sends them, which is not how we send ours.

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use crossdock_store::{JobError, StoreError, WriteError};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// What a write of a book ends with: `?` works on SQL errors and on vendor errors alike.
pub type Outcome<T> = Result<T, JobError<VendorError>>;

/// `{"error": {"code": …, "message": …, "details": …}}` with a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorError {
    status: StatusCode,
    code: Cow<'static, str>,
    message: String,
    details: Option<Value>,
    retry_after: Option<u64>,
}

impl VendorError {
    /// An error with a code of the vendor's own.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            details: None,
            retry_after: None,
        }
    }

    /// 404: nothing has that id or key.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("no such {what}: check its id"),
        )
    }

    /// 400: the request cannot be read, or asks for what can never be.
    pub fn bad_request(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 402: the payment was declined.
    pub fn payment_required(
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(StatusCode::PAYMENT_REQUIRED, code, message)
    }

    /// 409: it conflicts with what the book holds.
    pub fn conflict(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// 410: it was there and is not any more.
    pub fn gone(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, code, message)
    }

    /// 422: it can be read, and a rule of the vendor refuses it.
    pub fn unprocessable(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// 429, with a Retry-After in whole seconds.
    pub fn busy(retry_after: Duration) -> Self {
        let mut busy = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "too many requests: come back after Retry-After",
        );
        let started = u64::from(retry_after.subsec_nanos() > 0);
        busy.retry_after = Some(retry_after.as_secs() + started);
        busy
    }

    /// With whatever the vendor adds; a value that is no JSON is left out.
    #[must_use]
    pub fn with_details(mut self, details: impl Serialize) -> Self {
        self.details = serde_json::to_value(details).ok();
        self
    }

    /// The HTTP status it is answered with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The vendor's own error code, `too_much`.
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for VendorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}: {}",
            self.status.as_u16(),
            self.code,
            self.message
        )
    }
}

impl std::error::Error for VendorError {}

impl From<VendorError> for JobError<VendorError> {
    fn from(no: VendorError) -> Self {
        Self::Refuse(no)
    }
}

impl From<StoreError> for VendorError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Full) {
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "overloaded",
                error.to_string(),
            );
        }
        tracing::error!(%error, "a book cannot be read or written");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            error.to_string(),
        )
    }
}

impl From<WriteError<Self>> for VendorError {
    fn from(error: WriteError<Self>) -> Self {
        match error {
            WriteError::Refused(no) => no,
            WriteError::Store(error) => error.into(),
        }
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Value>,
}

impl IntoResponse for VendorError {
    fn into_response(self) -> Response {
        let wire = Wire {
            error: Inner {
                code: &self.code,
                message: &self.message,
                details: self.details.as_ref(),
            },
        };
        let mut response = (self.status, axum::Json(wire)).into_response();
        if let Some(seconds) = self.retry_after {
            let value = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response
    }
}

/// A JSON body, in and out; one that cannot be read is a 400 of the vendor's.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = VendorError;

    async fn from_request(request: Request, state: &S) -> Result<Self, VendorError> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(VendorError::bad_request(
                "unreadable_body",
                rejection.body_text(),
            )),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}
