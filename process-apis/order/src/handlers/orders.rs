//! The order resource: placing one on a quote, reading it, listing them.

use crate::deps::Deps;
use crate::handlers::answer;
use crate::ledger::allocate;
use crate::lookup::Listed;
use crate::personal_data::Kept;
use crate::placing::reference::{Reference, find_reference};
use crate::placing::{NAME, state::Placing};
use crate::quote::{OpenedQuote, QuoteContent};
use crate::search::PersonalKeys;
use crate::{lookup, quote, search};
use axum::extract::State;
use axum::response::Response;
use crossdock_model::{Context, OrderId, Page};
use crossdock_outbound::CallContext;
use crossdock_policy::RequestCause;
use crossdock_problem::{Code, Json, Path, Problem, Query};
use proc_order_contract::{
    Lifecycle, Mode, Order, OrderQuery, OrderView, PlaceOrder, ProviderMoney, UnitRun,
};

/// Place an order on a quote: reserve, hold, authorise, and promise; or undo and say why.
#[utoipa::path(
    post, path = "/orders", operation_id = "order_place", tag = "orders",
    request_body = PlaceOrder,
    responses(
        (status = 200, description = "The reference was accepted before", body = OrderView),
        (status = 201, description = "Accepted", body = OrderView),
        (status = 202, description = "Received; read it at Location", body = OrderView, headers(("Location"))),
        (status = 402, description = "The card was declined; nothing is held"),
        (status = 409, description = "Out of stock, points, or the quote expired; nothing is held"),
        (status = 422, description = "The quote or the tender is not valid"),
    ),
)]
pub(crate) async fn place_order(
    State(deps): State<Deps>,
    caused: RequestCause,
    context: CallContext,
    Json(request): Json<PlaceOrder>,
) -> Result<Response, Problem> {
    if let Some(bound) = deps.desk.bound(&caused.0).await? {
        return answer::answered(&deps, &context, bound).await;
    }
    let now = deps.desk.clock.now();
    let tenant = &context.caller.tenant;
    let quoted = deps.quote_key.open(tenant, &request.quote_id, now)?;
    let card = quoted.content.totals.card;
    let tender = request.tender.as_ref().map(|tender| tender.token.clone());
    let units = units(&quoted.content, &request)?;
    if tender.is_none() && !card.is_zero() {
        let detail = format!("the order costs {card}: name a tender");
        return Err(Problem::new(Code::ValidationFailed, detail));
    }
    let kept = Kept {
        ship_to: quoted.content.ship_to.clone(),
        payment_token: tender.filter(|_token| !card.is_zero()),
    };
    let mut order = sold(&deps, &context, &request, quoted, units);
    let personal = PersonalKeys::of(&deps.lookup_key, tenant, request.contact.as_ref(), &[]);
    order.request_hash = quote::hash(&serde_json::to_vec(&request).unwrap_or_default());
    loop {
        match find_reference(&deps.desk, tenant, &order).await? {
            Reference::Same(id) => {
                return answer::accepted_before(&deps, &context, &caused.0, id).await;
            }
            Reference::Free(attempt) => order.attempt = attempt,
        }
        let mut state = Placing::new(order.clone(), deps.pricing.systems.hold_seconds);
        state.personal = personal.clone();
        let beginning = (&state, kept.clone());
        let started = answer::start(&deps, &context, caused.0.clone(), NAME, beginning).await?;
        if let Some(response) = started {
            return Ok(response);
        }
    }
}

/// Read an order.
#[utoipa::path(
    get, path = "/orders/{id}", operation_id = "order_get", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The order", body = OrderView),
        (status = 404, description = "No such order, or not yours"),
    ),
)]
pub(crate) async fn get_order(
    State(deps): State<Deps>,
    context: CallContext,
    Path(id): Path<OrderId>,
) -> Result<Json<OrderView>, Problem> {
    let order = lookup::get(&deps.desk, &context.caller.tenant, id).await?;
    Ok(Json(OrderView::from(&order)))
}

/// List orders, newest first.
#[utoipa::path(
    get, path = "/orders", operation_id = "order_list", tag = "orders",
    params(OrderQuery),
    responses(
        (status = 200, description = "A page of orders; `next` is there while more follow", body = Page<OrderView>),
        (status = 422, description = "The cursor is of another list"),
    ),
)]
pub(crate) async fn list_orders(
    State(deps): State<Deps>,
    context: CallContext,
    Query(query): Query<OrderQuery>,
) -> Result<Json<Page<OrderView>>, Problem> {
    let customer = query.customer.as_ref().map(search::customer);
    let listed = customer.map_or(Listed::All, Listed::by);
    let tenant = &context.caller.tenant;
    let page = lookup::page(&deps.desk, tenant, &listed, &query.page()).await?;
    Ok(Json(page))
}

/// The units of a quote, allocated again; refused where it is not the customer's, or comes to other totals.
fn units(quoted: &QuoteContent, request: &PlaceOrder) -> Result<Vec<UnitRun>, Problem> {
    let basket = quoted.basket();
    let allocation = allocate(&basket)?;
    let refused = |detail| Err(Problem::new(Code::QuoteInvalid, detail));
    if quoted.customer != request.customer {
        return refused("the quote was made for somebody else: ask for a new one");
    }
    if *allocation.totals() != quoted.totals {
        return refused("the quote comes to another total by now: ask for a new one");
    }
    Ok(allocation.units())
}

/// The order that a quote becomes.
fn sold(
    deps: &Deps,
    context: &Context,
    request: &PlaceOrder,
    quote: OpenedQuote,
    units: Vec<UnitRun>,
) -> Order {
    let now = deps.desk.clock.now();
    let quoted = quote.content;
    Order {
        id: OrderId(deps.ids.next(now)),
        channel: quoted.channel,
        channel_ref: request.channel_ref.clone(),
        account: context.caller.consumer.to_string(),
        attempt: 1,
        mode: Mode::Checkout,
        brand: quoted.brand,
        customer: quoted.customer,
        member: quoted.member,
        currency: quoted.currency,
        lines: quoted.lines,
        charges: quoted.charges,
        promotions: quoted.promotions,
        redemption: quoted.redemption,
        earn: quoted.earn,
        totals: quoted.totals,
        units,
        pins: quote.pins,
        quote_hash: quote.hash,
        request_hash: String::new(),
        lifecycle: Lifecycle::Received,
        rejected: None,
        shipments: Vec::new(),
        cancellations: Vec::new(),
        correlation: context.correlation.clone(),
        received_at: now,
        placed_at: None,
        capture_before: None,
        refunds: Vec::new(),
        provider: ProviderMoney::default(),
    }
}
