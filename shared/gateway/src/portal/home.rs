//! The portal's first page: which APIs there are, where to try them, how to get a token.

use crate::portal::contract::{Contracts, path_of};
use crate::portal::page::{escaped, page, prose};
use axum::extract::State;
use axum::response::Html;
use crossdock_model::{ApiId, Tier};
use utoipa::openapi::OpenApi;

/// How to call for the first time, where the applications of the default configuration are registered.
const FIRST_CALL: &str = r#"TOKEN=$(curl -s -u "web-shop:$(cat data/consumers/web-shop.secret)" http://127.0.0.1:8080/oauth/token \
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \
  -d subject_token_type=urn:crossdock:params:oauth:token-type:customer \
  -d subject_token=cust-ada/member-ada | jq -r .access_token)
curl -s http://127.0.0.1:8080/ecommerce/v1/loyalty -H "Authorization: Bearer $TOKEN""#;

/// `GET /docs/`: the APIs by tier, and the first call.
pub(crate) async fn home(State(contracts): State<Contracts>) -> Html<String> {
    let channels = table(&contracts, Tier::Experience);
    let processes = table(&contracts, Tier::Process);
    let systems = table(&contracts, Tier::System);
    let first_call = escaped(FIRST_CALL);
    let body = format!(
        "<p>What a channel calls. Money is a decimal text with its currency; unsafe requests carry an <code>Idempotency-Key</code>, \
         and the same key is answered the same; every error is a <a href=\"/docs/problems\">problem</a> with a code.</p>\n\
         <h2>Channels</h2>\n{channels}\n\
         <h2>The first call</h2>\n<p>Registered applications get a token by client credentials, or by token exchange (RFC 8693) on behalf of \
         a customer, a clerk or an agent. Secrets are drawn at the first start, into the data folder.</p>\n<pre>{first_call}</pre>\n\
         <h2>Inside</h2>\n<details><summary>Process and system APIs, on the internal listener: for the other processes of an installation, \
         not for channels</summary>\n<h3>process</h3>{processes}<h3>system</h3>{systems}</details>"
    );
    page("Crossdock APIs", &body)
}

/// The APIs of one tier, each with what it is for.
fn table(contracts: &Contracts, tier: Tier) -> String {
    let of_tier = contracts.iter().filter(|(id, _)| id.tier == tier);
    let rows: String = of_tier.map(|(id, contract)| row(*id, contract)).collect();
    format!("<table><tr><th>API</th><th>For</th><th>Operations</th><th></th></tr>\n{rows}</table>")
}

fn row(id: ApiId, contract: &OpenApi) -> String {
    let what = contract.info.description.as_deref().unwrap_or_default();
    format!(
        "<tr><td><code>{}</code></td><td>{}</td><td>{}</td>\
         <td><a href=\"/docs/api/?urls.primaryName={}\">Browse</a> &middot; <a href=\"{}\">OpenAPI</a></td></tr>\n",
        id.base(),
        prose(what),
        operations(contract),
        path_of(id),
        path_of(id),
    )
}

fn operations(contract: &OpenApi) -> usize {
    let items = contract.paths.paths.values();
    let of = |item: &utoipa::openapi::PathItem| {
        let methods = [&item.get, &item.post, &item.put, &item.patch, &item.delete];
        methods.into_iter().flatten().count()
    };
    items.map(of).sum()
}
