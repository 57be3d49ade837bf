//! Orders that were paid elsewhere.

use crate::intake::{Outcome, Reference, find_reference};
use crate::ledger::{Basket, BasketLine, allocate};
use crate::quote::assess;
use crate::workflows::accept_captured::NAME;
use crate::workflows::place_order::Placing;
use crate::{Deps, intake};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use crossdock_model::{Context, LineId, Money, OrderId, Refusal, Violation};
use crossdock_outbound::InContext;
use crossdock_policy::Caused;
use crossdock_problem::{Json, Problem};
use proc_order_contract::{
    AppliedPromotion, CapturedLine, CapturedOrder, Charge, Funding, Lifecycle, Mode, Order,
    OrderLine, OrderView, PromotionScope,
};

/// Take in an order that was paid elsewhere. It is a fact: what cannot be done becomes an exception.
#[utoipa::path(
    post, path = "/orders/captured", operation_id = "order_capture", tag = "orders",
    request_body = CapturedOrder,
    responses(
        (status = 200, description = "The reference was taken in before", body = OrderView),
        (status = 201, description = "Taken in", body = OrderView),
        (status = 202, description = "Received; read it at Location", body = OrderView, headers(("Location"))),
        (status = 409, description = "The reference is another order's"),
        (status = 422, description = "The order cannot be read"),
    ),
)]
pub(crate) async fn capture_order(
    State(deps): State<Deps>,
    caused: Caused,
    context: InContext,
    Json(request): Json<CapturedOrder>,
) -> Result<Response, Problem> {
    if let Some(bound) = deps.desk.bound(&caused.0)? {
        return intake::answered(&deps, &context, bound).await;
    }
    check_currencies(&request)?;
    let tendered = Money::sum(
        request.currency,
        request.tenders.iter().map(|tender| tender.amount),
    );
    let tendered = tendered.map_err(|error| Refusal::new("amount_mismatch", error.to_string()))?;
    let mut order = taken_in(&deps, &context, &request).await?;
    let systems = &deps.pricing.systems;
    loop {
        match find_reference(&deps, &context.caller.tenant, &order)? {
            Reference::Same(order) => return Ok(Json(OrderView::from(&*order)).into_response()),
            Reference::Free(attempt) => order.attempt = attempt,
        }
        let asked = assess(&systems.customer, &systems.loyalty, &context, &order).await;
        if let Ok(Some(assessed)) = &asked {
            assessed.onto(&mut order);
        }
        let mut state = Placing::new(order.clone(), None);
        state.tendered = Some(tendered);
        // Whoever cannot be asked now is asked when the points are booked: the sale is a fact.
        state.earn_unasked = asked.is_err();
        let key = order.id.to_string();
        let cause = caused.0.clone();
        match intake::start(&deps, &context, cause, (NAME, &key), (&order, &state)).await? {
            Outcome::Response(response) => return Ok(response),
            Outcome::Taken => {}
        }
    }
}

/// The order as the platform sold it; its own prices, discounts and taxes are frozen as they are.
async fn taken_in(
    deps: &Deps,
    context: &Context,
    request: &CapturedOrder,
) -> Result<Order, Problem> {
    let pins = deps
        .pricing
        .pinning
        .pins(context, request.brand.as_deref())
        .await?;
    let lines = named(&request.lines)?;
    let basket = basket(request, &lines);
    let allocated = allocate(&basket)?;
    let now = deps.desk.clock.now();
    Ok(Order {
        id: OrderId(deps.ids.next(now)),
        channel: request.channel.clone(),
        channel_ref: request.channel_ref.clone(),
        account: context.caller.consumer.to_string(),
        attempt: 1,
        mode: Mode::Captured,
        brand: request.brand.clone(),
        customer: request.customer.clone(),
        member: None,
        currency: request.currency,
        ship_to: request.ship_to.clone(),
        lines: lines
            .iter()
            .map(|(id, line)| order_line(id, line))
            .collect(),
        charges: basket.charges,
        promotions: basket.promotions,
        redemption: None,
        earn: None,
        totals: allocated.totals,
        units: allocated.units,
        pins,
        quote_hash: String::new(),
        request_hash: crate::quote::hash(&serde_json::to_vec(request).unwrap_or_default()),
        lifecycle: Lifecycle::Received,
        rejected: None,
        shipments: Vec::new(),
        correlation: context.correlation.clone(),
        received_at: now,
        placed_at: None,
    })
}

fn order_line(id: &LineId, line: &CapturedLine) -> OrderLine {
    OrderLine {
        id: id.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        tax_category: "as-captured".into(),
    }
}

fn named(lines: &[CapturedLine]) -> Result<Vec<(LineId, &CapturedLine)>, Refusal> {
    let named = lines.iter().enumerate().map(|(at, line)| {
        let id = match &line.id {
            Some(id) => id.clone(),
            None => (at + 1)
                .to_string()
                .parse()
                .map_err(|why| Refusal::new("internal", why))?,
        };
        Ok((id, line))
    });
    named.collect()
}

fn basket(request: &CapturedOrder, lines: &[(LineId, &CapturedLine)]) -> Basket {
    let discounts = lines.iter().filter_map(|(id, line)| {
        let amount = line.discount.filter(|discount| !discount.is_zero())?;
        Some(AppliedPromotion {
            id: format!("channel-{id}"),
            version: "1".into(),
            name: "Discount of the channel".into(),
            stack_order: 1,
            funding: Funding::Retailer,
            scope: PromotionScope::Line(id.clone()),
            amount,
        })
    });
    let shipping = request.shipping.map(|net| Charge {
        kind: "shipping".into(),
        net: net.minor,
        tax: request.shipping_tax.map_or(0, |tax| tax.minor),
        shipment: None,
    });
    Basket {
        currency: request.currency,
        lines: lines
            .iter()
            .map(|(id, line)| BasketLine {
                id: id.clone(),
                sku: line.sku.clone(),
                quantity: line.quantity.get(),
                unit_price: line.unit_price.minor,
                tax: line.tax.minor,
            })
            .collect(),
        promotions: discounts.collect(),
        redemption: None,
        earn_points: 0,
        charges: shipping.into_iter().collect(),
    }
}

/// Every amount in the order's one currency, none negative.
fn check_currencies(request: &CapturedOrder) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut check = |pointer: String, amount: &Money| {
        if amount.currency != request.currency {
            let detail = format!(
                "is in {}, the order in {}",
                amount.currency.code(),
                request.currency.code()
            );
            errors.push(Violation { pointer, detail });
        } else if amount.is_negative() {
            errors.push(Violation {
                pointer,
                detail: "is negative".into(),
            });
        }
    };
    for (at, line) in request.lines.iter().enumerate() {
        check(format!("/lines/{at}/unitPrice"), &line.unit_price);
        check(format!("/lines/{at}/tax"), &line.tax);
        if let Some(discount) = &line.discount {
            check(format!("/lines/{at}/discount"), discount);
        }
    }
    for (name, amount) in [
        ("shipping", &request.shipping),
        ("shippingTax", &request.shipping_tax),
    ] {
        if let Some(amount) = amount {
            check(format!("/{name}"), amount);
        }
    }
    for (at, tender) in request.tenders.iter().enumerate() {
        check(format!("/tenders/{at}/amount"), &tender.amount);
    }
    if errors.is_empty() {
        return Ok(());
    }
    let mut refusal = Refusal::new(
        "mixed_currencies",
        "amounts of the order are not in its currency, or negative",
    );
    refusal.errors = errors;
    Err(refusal.into())
}
