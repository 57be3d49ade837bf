//! The clerk at the till: who stands where, as the token says.

use axum::extract::FromRequestParts;
use crossdock_model::{Context, LocationId, Subject};
use crossdock_outbound::CallContext;
use crossdock_problem::{Code, Problem};
use http::request::Parts;

/// The name of this channel on every return.
pub(crate) const CHANNEL: &str = "pos";

/// A call by a clerk; anybody else is refused before the handler.
#[derive(Debug)]
pub(crate) struct ClerkCall {
    /// Who calls, with the correlation id and the trace of the call.
    pub(crate) context: Context,
    /// The store that the token names: where goods are taken back.
    pub(crate) store: LocationId,
}

impl<S: Sync> FromRequestParts<S> for ClerkCall {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let context = CallContext::from_request_parts(parts, state).await?.0;
        let store = store(&context.caller.subject)?;
        Ok(Self { context, store })
    }
}

/// The store of a clerk's token.
fn store(subject: &Subject) -> Result<LocationId, Problem> {
    let store = match subject {
        Subject::Clerk { store, .. } => store,
        Subject::Application
        | Subject::Customer { .. }
        | Subject::Agent { .. }
        | Subject::Operator { .. }
        | Subject::Workflow => {
            let detail = "the token names no store: exchange it for a clerk's (`store-7/clerk-3`)";
            return Err(Problem::new(Code::Forbidden, detail));
        }
    };
    store.parse().map_err(|why| {
        let detail =
            format!("the token's store is no location ({why}): have the clerk's token issued anew");
        Problem::new(Code::Forbidden, detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clerks_token_has_a_store() {
        let clerk = Subject::Clerk {
            store: "store-7".into(),
            clerk: "clerk-3".into(),
        };
        assert_eq!(store(&clerk).unwrap().as_str(), "store-7");
        let ada = Subject::Customer {
            id: "cust-ada".into(),
            member: None,
        };
        let nowhere = Subject::Clerk {
            store: "store 7".into(),
            clerk: "clerk-3".into(),
        };
        for subject in [Subject::Application, ada, nowhere] {
            assert_eq!(store(&subject).unwrap_err().status, 403);
        }
    }
}
