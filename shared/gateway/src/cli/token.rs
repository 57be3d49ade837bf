//! `crossdock token`: an access token for a registered application, itself or on somebody's behalf.

use crate::cli::{Client, Common, Failure, print, text};
use clap::Args;
use crossdock_model::Tier;

/// The application, and on whose behalf.
#[derive(Debug, Args)]
pub(crate) struct Token {
    /// The registered application, by its name in the configuration.
    #[arg(long)]
    consumer: String,
    /// On behalf of a customer: cust-ada, or cust-ada/member-ada.
    #[arg(long, group = "subject")]
    customer: Option<String>,
    /// On behalf of a clerk: store-soho/clerk-3.
    #[arg(long, group = "subject")]
    clerk: Option<String>,
    /// On behalf of a customer service agent.
    #[arg(long, group = "subject")]
    agent: Option<String>,
    /// On behalf of an operator.
    #[arg(long, group = "subject")]
    operator: Option<String>,
}

pub(crate) async fn run(common: &Common, token: &Token) -> Result<(), Failure> {
    let kinds = [
        ("customer", &token.customer),
        ("clerk", &token.clerk),
        ("agent", &token.agent),
        ("operator", &token.operator),
    ];
    let subject = kinds
        .iter()
        .find_map(|(kind, handle)| Some((*kind, handle.as_deref()?)));
    let minted = Client::find(common, Tier::Experience)?
        .token(&token.consumer, subject)
        .await?;
    if common.is_json() {
        print::json(&minted);
    } else {
        print::out(&text(&minted, "/access_token"));
        let (scope, seconds) = (text(&minted, "/scope"), text(&minted, "/expires_in"));
        print::message(&format!("good for {seconds} s; scopes: {scope}"));
    }
    Ok(())
}
