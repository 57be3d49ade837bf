//! A channel over process APIs that answer what a test says, remembering what they were asked.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crossdock_model::{ApiId, Caller, Context, Correlation, Subject};
use crossdock_outbound::{Directory, IDEMPOTENCY_KEY, Transport};
use crossdock_policy::CallerKey;
use crossdock_runtime::Api;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;

/// One call that reached the process tier.
#[derive(Debug, Clone)]
pub struct Call {
    /// The value of the `Idempotency-Key` header.
    pub key: Option<String>,
    /// The body as JSON; null when it is none.
    pub body: Value,
}

/// What the channel under test answered.
#[derive(Debug)]
pub struct Answer {
    /// The status that the handler answered with.
    pub status: StatusCode,
    /// Where it says to look, where it does.
    pub location: Option<String>,
    /// The body as JSON.
    pub body: Value,
}

/// The process tier, as far as the channel can see.
#[derive(Debug, Clone, Default)]
struct Process {
    answers: Arc<HashMap<String, (u16, Value)>>,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// An experience API under test, behind an application whose key is `key-1`.
#[derive(Debug)]
pub struct Channel {
    process: Process,
    consumer: &'static str,
    router: Router,
}

impl Channel {
    /// Over those process APIs, which answer `METHOD path` with that status and body, and 404 to all else.
    pub fn over(
        below: &[ApiId],
        answers: &[(&str, u16, Value)],
        consumer: &'static str,
        api: impl FnOnce(&Directory) -> Api,
    ) -> Self {
        let answers = answers
            .iter()
            .map(|(to, status, body)| ((*to).to_owned(), (*status, body.clone())));
        let process = Process {
            answers: Arc::new(answers.collect()),
            ..Process::default()
        };
        let served = Router::new().fallback(answer).with_state(process.clone());
        let directory = Directory::default();
        let reached = |id: &ApiId| (*id, Transport::in_process(served.clone()));
        directory.fill(below.iter().map(reached).collect());
        Self {
            process,
            consumer,
            router: api(&directory).router,
        }
    }

    /// What reached the process tier, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.process.calls.lock().unwrap().clone()
    }

    /// A GET on somebody's behalf.
    pub async fn get(&self, subject: Subject, path: &str) -> Answer {
        self.ask(subject, Method::GET, path, Body::empty()).await
    }

    /// A POST on somebody's behalf.
    pub async fn post(&self, subject: Subject, path: &str, body: &Value) -> Answer {
        self.ask(subject, Method::POST, path, Body::from(body.to_string()))
            .await
    }

    async fn ask(&self, subject: Subject, method: Method, path: &str, body: Body) -> Answer {
        let caller = Caller {
            tenant: "demo".into(),
            consumer: self.consumer.into(),
            subject,
            scopes: Arc::new([]),
        };
        let request = Request::builder().method(method).uri(path);
        let mut request = request.body(body).unwrap();
        let context = Context::new(caller, Correlation("c-1".into()));
        request.extensions_mut().insert(context);
        request.extensions_mut().insert(CallerKey("key-1".into()));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response.headers().get(header::LOCATION);
        let location = location.map(|value| value.to_str().unwrap().to_owned());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer {
            status,
            location,
            body: serde_json::from_slice(&body).unwrap(),
        }
    }
}

async fn answer(State(process): State<Process>, request: Request) -> Response {
    let asked = format!("{} {}", request.method(), request.uri());
    let key = request
        .headers()
        .get(IDEMPOTENCY_KEY)
        .map(|key| key.to_str().unwrap().to_owned());
    let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    process.calls.lock().unwrap().push(Call { key, body });
    let nothing = (404, json!({"detail": asked}));
    let (status, body) = process.answers.get(&asked).unwrap_or(&nothing);
    (StatusCode::from_u16(*status).unwrap(), axum::Json(body)).into_response()
}

/// A customer who is a member.
pub fn ada() -> Subject {
    Subject::Customer {
        id: "cust-ada".into(),
        member: Some("member-ada".into()),
    }
}

/// A clerk in store 7.
pub fn clerk() -> Subject {
    Subject::Clerk {
        store: "store-7".into(),
        clerk: "clerk-3".into(),
    }
}

/// An agent of the service desk.
pub fn agent() -> Subject {
    Subject::Agent {
        id: "agent-1".into(),
    }
}

/// The application itself, with nobody at it; in a shop, for a guest.
pub fn application() -> Subject {
    Subject::Application
}
