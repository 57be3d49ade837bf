//! The receiving end of a call between tiers: its context, delivery and connector as extractors.

use crate::headers::{CONNECTOR, DELIVERY, parse_delivery};
use axum::extract::FromRequestParts;
use crossdock_model::{ConnectorName, Context, Delivery, StepKey, Timestamp};
use crossdock_problem::{Code, Problem};
use http::request::Parts;
use std::num::NonZeroU32;
use std::ops::Deref;

/// The caller with the correlation id, put there by the policies in front.
#[derive(Debug, Clone)]
pub struct CallContext(pub Context);

impl Deref for CallContext {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for CallContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Context>()
            .cloned()
            .map(Self)
            .ok_or_else(|| {
                Problem::new(
                    Code::Internal,
                    "this API is served without its policy stack",
                )
            })
    }
}

/// The identity of the effect that is asked for.
///
/// A call without one counts as repeated: nobody can say that it was never sent before.
#[derive(Debug, Clone)]
pub struct IncomingDelivery(pub Delivery);

impl Deref for IncomingDelivery {
    type Target = Delivery;

    fn deref(&self) -> &Delivery {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for IncomingDelivery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if let Some(delivery) = parts.extensions.get::<Delivery>() {
            return Ok(Self(delivery.clone()));
        }
        let context = CallContext::from_request_parts(parts, state).await?.0;
        if parts.headers.contains_key(DELIVERY) {
            return parse_delivery(&parts.headers, &context)
                .map(Self)
                .ok_or_else(|| {
                    let form = "write \"key\";attempt=1;first-sent=<milliseconds since 1970>";
                    Problem::new(
                        Code::InvalidRequest,
                        format!("Crossdock-Delivery cannot be read: {form}"),
                    )
                });
        }
        let key = StepKey(std::sync::Arc::clone(&context.correlation.0));
        let attempt = const { NonZeroU32::MIN.saturating_add(1) };
        Ok(Self(Delivery {
            key,
            attempt,
            first_sent: Timestamp::UNIX_EPOCH,
            last_sent: Timestamp::UNIX_EPOCH,
            context,
        }))
    }
}

/// The connector instance that the caller pins, where it does.
#[derive(Debug, Clone)]
pub struct PinnedConnector(pub Option<ConnectorName>);

impl<S: Sync> FromRequestParts<S> for PinnedConnector {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(CONNECTOR) else {
            return Ok(Self(None));
        };
        match value.to_str() {
            Ok(name) if !name.is_empty() && name.len() <= 64 => Ok(Self(Some(name.into()))),
            _unreadable => Err(Problem::new(
                Code::InvalidRequest,
                "Crossdock-Connector is no connector's name",
            )),
        }
    }
}
