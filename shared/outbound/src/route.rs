//! The way to another API of ours: straight into its router, or over HTTP, with the same rules.

use crate::endpoint::{Endpoint, Reply, Sending};
use crate::headers::{CONNECTOR, IDEMPOTENCY_KEY, write_context, write_delivery};
use crate::tier_token::TierKey;
use axum::Router;
use crossdock_model::{ApiId, Clock, ConnectorName, Context, Delivery, Fault, Refusal, Tier};
use crossdock_problem::Problem;
use http::{Method, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// More tiers than any call has any business crossing.
const DEEPEST: u8 = 8;

/// How long the answer of a call with a deadline may be on its way.
const WAY_BACK: Duration = Duration::from_secs(1);
/// In one process the deadline itself ends a call; this is only for one that hangs.
const LONGEST: Duration = Duration::from_mins(10);

/// How an API is reached.
#[derive(Debug, Clone)]
pub struct Transport {
    endpoint: Endpoint,
    remote: Option<Remote>,
}

#[derive(Debug, Clone)]
struct Remote {
    key: TierKey,
    clock: Arc<dyn Clock>,
}

impl Transport {
    /// The API's router with its policies, in this process.
    pub fn in_process(router: Router) -> Self {
        Self {
            endpoint: Endpoint::local(router),
            remote: None,
        }
    }

    /// The API over HTTP: `endpoint` is its process's internal listener.
    pub fn http(endpoint: Endpoint, key: TierKey, clock: Arc<dyn Clock>) -> Self {
        Self {
            endpoint,
            remote: Some(Remote { key, clock }),
        }
    }
}

/// Where every API is reached; filled once all of them are built, since process APIs call one another.
#[derive(Debug, Clone, Default)]
pub struct Directory(Arc<OnceLock<HashMap<ApiId, Transport>>>);

impl Directory {
    /// Fills it; the first filling counts.
    pub fn fill(&self, transports: HashMap<ApiId, Transport>) {
        if self.0.set(transports).is_err() {
            tracing::error!("the directory of APIs was filled twice; the first filling stays");
        }
    }

    /// The route from an API of that tier to another API.
    pub fn route(&self, from: Tier, to: ApiId) -> Route {
        Route {
            directory: self.clone(),
            from,
            to,
            connector: None,
        }
    }
}

/// The way from one tier to one API.
#[derive(Debug, Clone)]
pub struct Route {
    directory: Directory,
    from: Tier,
    to: ApiId,
    connector: Option<ConnectorName>,
}

impl Route {
    /// The same way, to one connector instance behind that API.
    #[must_use]
    pub fn at(&self, connector: &ConnectorName) -> Self {
        Self {
            connector: Some(connector.clone()),
            ..self.clone()
        }
    }

    /// A read in a context.
    pub fn get<'a>(&'a self, context: &'a Context, path: impl Into<String>) -> Call<'a> {
        Call::new(self, context, Method::GET, path.into())
    }

    /// A POST in a context, without an effect of its own or under an idempotency key.
    pub fn post<'a>(&'a self, context: &'a Context, path: impl Into<String>) -> Call<'a> {
        Call::new(self, context, Method::POST, path.into())
    }

    /// A POST that brings about the delivery's effect.
    pub fn deliver<'a>(&'a self, delivery: &'a Delivery, path: impl Into<String>) -> Call<'a> {
        let mut call = Call::new(self, &delivery.context, Method::POST, path.into());
        call.delivery = Some(delivery);
        call
    }
}

/// A call about to be made.
#[derive(Debug)]
pub struct Call<'a> {
    route: &'a Route,
    context: &'a Context,
    method: Method,
    path: String,
    delivery: Option<&'a Delivery>,
    key: Option<&'a str>,
    body: Option<Result<bytes::Bytes, Fault>>,
    within: Option<Duration>,
}

impl<'a> Call<'a> {
    fn new(route: &'a Route, context: &'a Context, method: Method, path: String) -> Self {
        Self {
            route,
            context,
            method,
            path,
            delivery: None,
            key: None,
            body: None,
            within: None,
        }
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        let written = serde_json::to_vec(body).map(Into::into);
        self.body = Some(written.map_err(|error| Fault::poison(error.to_string())));
        self
    }

    /// With a query string made of the value's members.
    #[must_use]
    pub fn query(mut self, query: &[(&str, &str)]) -> Self {
        if !query.is_empty() {
            let mut pairs = url::form_urlencoded::Serializer::new(String::new());
            pairs.extend_pairs(query);
            self.path = format!("{}?{}", self.path, pairs.finish());
        }
        self
    }

    /// Under the caller's idempotency key.
    #[must_use]
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// With another time-out than the caller's deadline, or ten seconds where there is none.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// Makes the call and reads its result.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T, Fault> {
        self.reply().await?.json()
    }

    /// Makes the call; a result comes with its status, so that 200, 201 and 202 can differ.
    pub async fn reply(self) -> Result<Reply, Fault> {
        let transports = self.route.directory.0.get();
        let transport = transports
            .and_then(|all| all.get(&self.route.to))
            .ok_or_else(|| Fault::Misconfigured {
                why: format!(
                    "no route to {}: name its address under tier.remote",
                    self.route.to
                ),
            })?;
        if self.context.depth >= DEEPEST {
            return Err(Fault::refused(
                "too_deep",
                "the call crossed eight tiers: routes loop",
            ));
        }
        let to = self.route.to;
        let reply = self.prepare(transport)?.send().await?;
        answered(to, reply)
    }

    /// A caller with a deadline is answered by the API that it reaches, which knows whether the work
    /// goes on without it; a hop that gave up first could only say that nobody knows.
    fn until_the_deadline(&self, transport: &Transport) -> Option<Duration> {
        let deadline = self.context.deadline.filter(|_| self.delivery.is_none())?;
        let Some(remote) = &transport.remote else {
            return Some(LONGEST);
        };
        let left = Duration::try_from(deadline.duration_since(remote.clock.now()));
        Some(left.unwrap_or_default().saturating_add(WAY_BACK))
    }

    fn prepare(self, transport: &Transport) -> Result<Sending<'_>, Fault> {
        let within = self.within.or_else(|| self.until_the_deadline(transport));
        let path = if transport.remote.is_some() {
            format!("{}{}", self.route.to.base(), self.path)
        } else {
            self.path
        };
        let mut sending = transport.endpoint.request(self.method, path);
        if let Some(connector) = &self.route.connector {
            sending = sending.header(CONNECTOR, connector.as_str());
        }
        if let Some(key) = self.key {
            sending = sending.header(IDEMPOTENCY_KEY, &format!("\"{key}\""));
        }
        if let Some(time) = within {
            sending = sending.within(time);
        }
        if let Some(body) = self.body {
            sending = sending.bytes("application/json", body?);
        }
        match &transport.remote {
            None => {
                let mut context = self.context.clone();
                context.depth += 1;
                if let Some(delivery) = self.delivery {
                    let delivery = Delivery {
                        context: context.clone(),
                        ..delivery.clone()
                    };
                    sending.extensions_mut().insert(delivery);
                }
                sending.extensions_mut().insert(self.route.from);
                sending.extensions_mut().insert(context);
            }
            Some(remote) => {
                let now = remote.clock.now();
                let from = self.route.from.as_str();
                let token = remote
                    .key
                    .mint(from, self.route.to, &self.context.caller, now);
                let token = token.ok_or_else(|| Fault::Misconfigured {
                    why: "the tier token cannot be signed: check [tier] secret".into(),
                })?;
                sending = sending.header(header::AUTHORIZATION, &format!("Bearer {token}"));
                write_context(self.context, now, sending.headers_mut());
                if let Some(delivery) = self.delivery {
                    write_delivery(delivery, sending.headers_mut());
                }
            }
        }
        Ok(sending)
    }
}

/// A 2xx as it is, anything else as what the caller can do about it.
fn answered(to: ApiId, reply: Reply) -> Result<Reply, Fault> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::{Caller, Correlation, Timestamp};

    #[test]
    fn a_hop_outlasts_the_callers_deadline_and_has_its_own_limit_without_one() {
        let route = Directory::default().route(Tier::Experience, ApiId::process("order"));
        let here = Transport::in_process(Router::new());
        let caller = Caller::workflow("acme".into());
        let mut context = Context::new(caller, Correlation("c-1".into()));
        let call = route.post(&context, "/orders");
        assert_eq!(call.until_the_deadline(&here), None);
        context.deadline = Some(Timestamp::UNIX_EPOCH);
        let call = route.post(&context, "/orders");
        assert_eq!(call.until_the_deadline(&here), Some(LONGEST));
    }
}
