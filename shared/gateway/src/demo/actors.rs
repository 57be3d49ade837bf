//! Who takes part in the journey, each with a token of their own from the public token endpoint.

use crate::cli::{Failure, PublicClient, endpoint, read};
use crate::parts::Addresses;
use crate::wire::Gateway;
use crossdock_outbound::Endpoint;
use crossdock_policy::ConsumerDirectory;
use data_encoding::BASE64;
use http::header;
use serde_json::Value;

const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const HANDLE: &str = "urn:crossdock:params:oauth:token-type:";

/// The customer in the shop, the clerk of another store, an agent of customer service.
#[derive(Debug)]
pub(crate) struct Actors {
    pub(crate) shop: PublicClient,
    pub(crate) till: PublicClient,
    pub(crate) desk: PublicClient,
}

impl Actors {
    /// Gets each of them a token.
    pub(crate) async fn with_tokens(
        gateway: &Gateway,
        addresses: &Addresses,
    ) -> Result<Self, Failure> {
        let public = endpoint(addresses.public)?;
        let acting = async |consumer: &str, kind: &str, handle: &str| {
            let token = exchange(gateway, &public, (consumer, kind, handle)).await?;
            Ok::<_, Failure>(PublicClient::over(&public, &token))
        };
        Ok(Self {
            shop: acting("web-shop", "customer", "cust-ada/member-ada").await?,
            till: acting("till", "clerk", "store-soho/clerk-3").await?,
            desk: acting("service-desk", "agent", "agent-1").await?,
        })
    }
}

/// A token by exchange (RFC 8693), with the application's own secret.
async fn exchange(
    gateway: &Gateway,
    public: &Endpoint,
    (consumer, kind, handle): (&str, &str, &str),
) -> Result<String, Failure> {
    let file = ConsumerDirectory::secret_file(gateway.folder(), consumer);
    let secret = std::fs::read_to_string(&file).map_err(|error| {
        let file = file.display();
        Failure::failed(format!(
            "{file}: {error}; the demo needs the secret that a first start draws"
        ))
    })?;
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", EXCHANGE)
        .append_pair("subject_token_type", &format!("{HANDLE}{kind}"))
        .append_pair("subject_token", handle)
        .finish();
    let basic = BASE64.encode(format!("{consumer}:{}", secret.trim()).as_bytes());
    let sent = public
        .post("/oauth/token")
        .header(header::AUTHORIZATION, &format!("Basic {basic}"))
        .bytes("application/x-www-form-urlencoded", form.into())
        .send()
        .await?;
    let token = read(&sent)?;
    Ok(token
        .get("access_token")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned())
}
