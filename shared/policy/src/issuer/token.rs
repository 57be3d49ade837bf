//! What a token says, and who gets one.

use super::clients::Client;
use super::{Issuer, SubjectKind};
use crossdock_model::{Subject, Tenant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The claims that matter of an access token, ours or another issuer's.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    pub(crate) exp: i64,
    pub(crate) nbf: Option<i64>,
    pub(crate) client_id: Option<String>,
    pub(crate) azp: Option<String>,
    pub(crate) tenant: Option<Tenant>,
    pub(crate) scope: Option<String>,
    pub(crate) roles: Option<Vec<Arc<str>>>,
    pub(crate) subject: Option<TokenSubject>,
}

/// On whose behalf a token from outside may act: never Crossdock's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum TokenSubject {
    Application,
    Customer {
        id: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        member: Option<Arc<str>>,
    },
    Clerk {
        store: Arc<str>,
        clerk: Arc<str>,
    },
    Agent {
        id: Arc<str>,
    },
    Operator {
        id: Arc<str>,
    },
}

impl From<TokenSubject> for Subject {
    fn from(subject: TokenSubject) -> Self {
        match subject {
            TokenSubject::Application => Self::Application,
            TokenSubject::Customer { id, member } => Self::Customer { id, member },
            TokenSubject::Clerk { store, clerk } => Self::Clerk { store, clerk },
            TokenSubject::Agent { id } => Self::Agent { id },
            TokenSubject::Operator { id } => Self::Operator { id },
        }
    }
}

impl TokenSubject {
    /// Reads a handle: `cust-ada`, `cust-ada/member-ada`, `store-7/clerk-3`, `agent-1`.
    pub(super) fn read(kind: SubjectKind, handle: &str) -> Option<Self> {
        let named = |text: &str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'@');
            let readable = (1..=64).contains(&text.len()) && text.bytes().all(plain);
            readable.then(|| Arc::from(text))
        };
        Some(match (kind, handle.split_once('/')) {
            (SubjectKind::Customer, None) => Self::Customer {
                id: named(handle)?,
                member: None,
            },
            (SubjectKind::Customer, Some((id, member))) => Self::Customer {
                id: named(id)?,
                member: Some(named(member)?),
            },
            (SubjectKind::Clerk, Some((store, clerk))) => Self::Clerk {
                store: named(store)?,
                clerk: named(clerk)?,
            },
            (SubjectKind::Agent, None) => Self::Agent { id: named(handle)? },
            (SubjectKind::Operator, None) => Self::Operator { id: named(handle)? },
            (SubjectKind::Clerk, None) | (SubjectKind::Agent | SubjectKind::Operator, Some(_)) => {
                return None;
            }
        })
    }

    /// The `sub` of its tokens.
    fn name(&self, consumer: &str) -> String {
        match self {
            Self::Application => consumer.to_owned(),
            Self::Customer { id, .. } | Self::Agent { id } | Self::Operator { id } => {
                id.to_string()
            }
            Self::Clerk { store, clerk } => format!("{store}/{clerk}"),
        }
    }
}

/// An access token, as its receiver gets it.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names of RFC 6749")]
pub struct Token {
    /// The signed JWT (RFC 9068) that the caller sends as a bearer token.
    pub access_token: String,
    /// Always `Bearer` (RFC 6750).
    pub token_type: &'static str,
    /// Seconds it may be used for.
    pub expires_in: u64,
    /// What it allows, separated by blanks.
    pub scope: String,
    /// Only of an exchange (RFC 8693).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<&'static str>,
}

/// Why no token is given, with the code of RFC 6749.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {why}")]
pub struct Denied {
    /// The error code of RFC 6749, section 5.2: `invalid_client`, `invalid_scope`, …
    pub code: &'static str,
    /// What is wrong and what to do.
    pub why: String,
}

impl Denied {
    pub(super) fn new(code: &'static str, why: impl Into<String>) -> Self {
        Self {
            code,
            why: why.into(),
        }
    }
}

#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
    client_id: &'a str,
    tenant: &'a Tenant,
    scope: &'a str,
    subject: &'a TokenSubject,
}

impl Issuer {
    /// A token for a registered consumer, itself or on somebody's behalf; for whoever holds the data folder.
    pub fn token(
        &self,
        consumer: &str,
        on_behalf: Option<(SubjectKind, &str)>,
        scope: Option<&str>,
    ) -> Result<Token, Denied> {
        let client = self.clients.named(consumer).ok_or_else(|| {
            Denied::new(
                "invalid_client",
                format!("no consumer {consumer} in [consumers]"),
            )
        })?;
        self.issue(client, on_behalf, scope)
    }

    pub(super) fn issue(
        &self,
        client: &Client,
        on_behalf: Option<(SubjectKind, &str)>,
        scope: Option<&str>,
    ) -> Result<Token, Denied> {
        let (subject, granted) = match on_behalf {
            None => (TokenSubject::Application, &client.scopes),
            Some((kind, handle)) => {
                let granted = client.acts_for.get(&kind).ok_or_else(|| {
                    let why = format!("{} may not act for a {kind:?}", client.name);
                    Denied::new("unauthorized_client", why)
                })?;
                let subject = TokenSubject::read(kind, handle).ok_or_else(|| {
                    Denied::new("invalid_request", "subject_token is no handle of that type")
                })?;
                (subject, granted)
            }
        };
        let scope = narrowed(granted, scope)?;
        let now = self.clock.now();
        let seconds = now.as_second();
        let lifetime = self.lifetime.as_secs();
        let signed = Signed {
            iss: &self.name,
            aud: &self.audience,
            sub: subject.name(&client.name),
            iat: seconds,
            nbf: seconds,
            exp: seconds.saturating_add(i64::try_from(lifetime).unwrap_or(i64::MAX)),
            jti: self.ids.next(now).simple().to_string(),
            client_id: &client.name,
            tenant: &client.tenant,
            scope: &scope,
            subject: &subject,
        };
        let access_token = self
            .key
            .sign(&signed)
            .ok_or_else(|| Denied::new("server_error", "the token cannot be signed"))?;
        Ok(Token {
            access_token,
            token_type: "Bearer",
            expires_in: lifetime,
            scope,
            issued_token_type: None,
        })
    }
}

/// All that is granted, or what was asked for of it; never more.
fn narrowed(granted: &BTreeSet<Arc<str>>, asked: Option<&str>) -> Result<String, Denied> {
    let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else {
        return Ok(granted
            .iter()
            .map(|scope| &**scope)
            .collect::<Vec<_>>()
            .join(" "));
    };
    let asked: BTreeSet<&str> = asked.split_whitespace().collect();
    if let Some(beyond) = asked.iter().find(|scope| !granted.contains(**scope)) {
        return Err(Denied::new(
            "invalid_scope",
            format!("the scope {beyond} is not granted"),
        ));
    }
    Ok(asked.into_iter().collect::<Vec<_>>().join(" "))
}
