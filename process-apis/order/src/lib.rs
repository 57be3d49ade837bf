//! The order process API: every order it accepts ends settled in five ledgers, or on a person's desk.
//!
//! Entry points: [`api`] serves it, [`workflows`] are the promises it keeps, [`Settings`] what a
//! retailer decides. Each workflow has a folder whose `mod.rs` reads aloud; `ledger/` is the arithmetic, pure.

mod cancellation;
mod captured;
mod deps;
mod dispute;
mod fact_start;
mod fulfilment;
mod handlers;
mod journal_entry;
mod ledger;
mod lookup;
mod payment_feed;
mod personal_data;
mod placing;
mod provider_capture;
mod provider_refund;
mod provider_refund_reversal;
mod quote;
mod records;
mod requested;
mod reserved_money;
mod routes;
mod search;
mod set_aside;
mod settings;
mod shortage;
mod systems;
mod timeline;

pub use deps::Parts;
pub use quote::QuoteKey;
pub use search::LookupKey;
pub use settings::{Settings, ShippingOption};

use crate::deps::Deps;
use crate::fulfilment::subscription::OnFulfilment;
use crate::payment_feed::OnPayment;
use crate::personal_data::PersonalDataReader;
use crossdock_desk::RecordReader;
use crossdock_events::{Reader, Source, Subscription};
use crossdock_model::ApiId;
use crossdock_runtime::Api;
use crossdock_workflow::{DefinitionError, Engine, Workflow};
use proc_order_contract::OrderClient;
use std::sync::Arc;

/// The workflows of an order, to be registered with the engine.
pub fn workflows(parts: &Parts) -> Result<Vec<Workflow>, DefinitionError> {
    let systems = parts.systems();
    let people = PersonalDataReader::new(&parts.store);
    Ok(vec![
        placing::definition(&systems, &people)?,
        captured::definition(&systems, &people)?,
        fulfilment::definition(&systems)?,
        cancellation::definition(&systems)?,
        shortage::definition(&systems, &parts.orders())?,
        provider_refund::definition(&systems, &RecordReader::new(&parts.store))?,
        provider_refund_reversal::definition(&systems)?,
        provider_capture::definition(&systems)?,
        dispute::definition()?,
        set_aside::definition(&systems)?,
    ])
}

/// The API itself; `fulfilment` is the feed of the OMS system API, `payments` that of the payment system API.
pub fn api(parts: Parts, engine: Engine, fulfilment: Source, payments: Source) -> Api {
    let deps = Deps::new(parts, engine);
    let reader = |name: &str| Reader {
        name: name.into(),
        store: Arc::clone(&deps.desk.store),
        clock: Arc::clone(&deps.desk.clock),
    };
    let handler = Arc::new(OnFulfilment(deps.clone()));
    let shipments = Subscription::new(reader("order/oms"), fulfilment, handler);
    let handler = Arc::new(OnPayment(deps.clone()));
    let money = Subscription::new(reader("order/payment"), payments, handler);
    let feed = crossdock_events::feed_routes(
        Arc::clone(&deps.desk.store),
        OrderClient::API,
        Arc::clone(&deps.desk.clock),
    );
    let routes = routes::routes(deps).merge(feed);
    Api::new(
        API,
        "Quotes, orders as sold, cancellations and their timelines.",
        routes,
    )
    .with_background("order/oms", move |stopping| shipments.run(stopping))
    .with_background("order/payment", move |stopping| money.run(stopping))
}

/// The id that the gateway and its configuration know this API by.
pub const API: ApiId = OrderClient::API;
