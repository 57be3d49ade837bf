//! The way to another API of ours: straight into its router, or over HTTP, with the same rules.

use crate::answer::answered;
use crate::directory::{Directory, Remote, Transport};
use crate::endpoint::RequestBuilder;
use crate::headers::{CONNECTOR, write_context, write_delivery};
use crate::message::Reply;
use crate::resolve::{Lookup, optional};
use crossdock_model::{ApiId, ConnectorName, Context, Delivery, Fault, Tier};
use http::{Method, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// More tiers than any call has any business crossing.
const DEEPEST: u8 = 8;

/// How long the answer of a call with a deadline may be on its way.
const WAY_BACK: Duration = Duration::from_secs(1);
/// In one process the deadline itself ends a call; this is only for one that hangs.
const LONGEST: Duration = Duration::from_mins(10);

impl Directory {
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
    /// The same route, pinned to one connector instance behind that API.
    #[must_use]
    pub fn pinned_to(&self, connector: &ConnectorName) -> Self {
        Self {
            connector: Some(connector.clone()),
            ..self.clone()
        }
    }

    /// A read in a context.
    pub fn get<'a>(&'a self, context: &'a Context, path: impl Into<String>) -> Call<'a> {
        Call::new(self, context, Method::GET, path.into())
    }

    /// A PUT in a context: what it leaves is the same however often it comes.
    pub fn put<'a>(&'a self, context: &'a Context, path: impl Into<String>) -> Call<'a> {
        Call::new(self, context, Method::PUT, path.into())
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

    /// With a value as its JSON body.
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
        let may_have_acted = self.method != Method::GET;
        let read = self.reply().await?.json();
        if may_have_acted && let Err(Fault::Retry { why, .. }) = read {
            // It was done there, or not: whoever asks again finds out.
            return Err(Fault::Unknown { why });
        }
        read
    }

    /// Makes a call that looks something up; what is not found there is none.
    pub async fn optional<T: DeserializeOwned>(self) -> Lookup<T> {
        optional(self.send().await)
    }

    /// Makes the call; a result comes with its status, so that 200, 201 and 202 can differ.
    pub async fn reply(self) -> Result<Reply, Fault> {
        let to = self.route.to;
        let transport = self.route.directory.transport(to);
        let transport = transport.ok_or_else(|| Fault::Misconfigured {
            why: format!("no route to {to}: name its address under tier.remote"),
        })?;
        if self.context.depth >= DEEPEST {
            return Err(Fault::refused(
                "too_deep",
                "the call crossed eight tiers: routes loop",
            ));
        }
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

    fn prepare(mut self, transport: &Transport) -> Result<RequestBuilder<'_>, Fault> {
        let within = self.within.or_else(|| self.until_the_deadline(transport));
        let path = match &transport.remote {
            Some(_) => format!("{}{}", self.route.to.base(), self.path),
            None => std::mem::take(&mut self.path),
        };
        let mut request = transport.endpoint.request(self.method.clone(), path);
        if let Some(connector) = &self.route.connector {
            request = request.header(CONNECTOR, connector.as_str());
        }
        if let Some(key) = self.key {
            request = request.idempotency_key(key);
        }
        if let Some(time) = within {
            request = request.within(time);
        }
        if let Some(body) = self.body.take() {
            request = request.bytes("application/json", body?);
        }
        match &transport.remote {
            None => Ok(self.in_process(request)),
            Some(remote) => self.between_processes(request, remote),
        }
    }

    /// The verified caller travels as a typed value.
    fn in_process<'b>(&self, mut request: RequestBuilder<'b>) -> RequestBuilder<'b> {
        let mut context = self.context.clone();
        context.depth += 1;
        let facts = request.extensions_mut();
        if let Some(delivery) = self.delivery {
            facts.insert(Delivery {
                context: context.clone(),
                ..delivery.clone()
            });
        }
        facts.insert(self.route.from);
        facts.insert(context);
        request
    }

    /// The verified caller travels in a signed token, the rest in headers.
    fn between_processes<'b>(
        &self,
        request: RequestBuilder<'b>,
        remote: &Remote,
    ) -> Result<RequestBuilder<'b>, Fault> {
        let (now, from) = (remote.clock.now(), self.route.from.as_str());
        let token = remote
            .key
            .mint(from, self.route.to, &self.context.caller, now)
            .ok_or_else(|| Fault::Misconfigured {
                why: "the tier token cannot be signed: check [tier] secret".into(),
            })?;
        let mut request = request.header(header::AUTHORIZATION, &format!("Bearer {token}"));
        write_context(self.context, now, request.headers_mut());
        if let Some(delivery) = self.delivery {
            write_delivery(delivery, request.headers_mut());
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
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
