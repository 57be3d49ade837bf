//! The quote resource: pricing a basket, as sealed content.

use crate::deps::Deps;
use crate::quote::Priced;
use axum::extract::State;
use crossdock_model::Money;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Problem};
use proc_order_contract::{Quote, QuoteLine, QuoteRequest};

/// Price a basket: list prices, promotions, points, tax and shipping, held for a while.
#[utoipa::path(
    post, path = "/quotes", operation_id = "order_quote", tag = "quotes",
    request_body = QuoteRequest,
    responses(
        (status = 200, description = "What the order would cost", body = Quote),
        (status = 409, description = "Points cannot be burnt, or codes cannot be applied"),
        (status = 422, description = "Unknown SKU, shipping option or currency mix"),
    ),
)]
pub(crate) async fn create_quote(
    State(deps): State<Deps>,
    context: CallContext,
    Json(request): Json<QuoteRequest>,
) -> Result<Json<Quote>, Problem> {
    let priced = deps.pricing.price(&context, &request).await?;
    let tenant = &context.caller.tenant;
    let sealed = deps.quote_key.seal(tenant, &priced.content, &priced.pins)?;
    Ok(Json(Quote {
        quote_id: sealed.token,
        hash: sealed.hash,
        valid_until: priced.content.valid_until,
        lines: lines(&priced),
        promotions: priced.content.promotions,
        redemption: priced.content.redemption,
        earn: priced.content.earn,
        totals: priced.content.totals,
    }))
}

fn lines(priced: &Priced) -> Vec<QuoteLine> {
    let content = &priced.content;
    let shown = content
        .lines
        .iter()
        .zip(&priced.products)
        .zip(priced.paid.iter().zip(&priced.saleable));
    let shown = shown.map(|((line, product), (paid, saleable))| QuoteLine {
        id: line.id.clone(),
        sku: line.sku.clone(),
        name: product.name.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        pays: Money::new(*paid, content.currency),
        saleable: *saleable,
    });
    shown.collect()
}
