//! What a member has, how it came about, and what points would be worth.

use crate::deps::Deps;
use axum::extract::State;
use crossdock_model::MemberId;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Path, Problem};
use proc_loyalty_contract::{LedgerEntry, LedgerPage, MemberAccount, PointsWorth, RedemptionQuote};
use sys_loyalty_contract::{BasketLine, Evaluate};

/// Read a member's account.
#[utoipa::path(
    get, path = "/members/{member}/account", operation_id = "loyalty_process_account", tag = "members",
    params(("member" = MemberId, Path, description = "The member's number")),
    responses(
        (status = 200, description = "The account", body = MemberAccount),
        (status = 404, description = "No such member"),
    ),
)]
pub(crate) async fn get_account(
    State(deps): State<Deps>,
    context: CallContext,
    Path(member): Path<MemberId>,
) -> Result<Json<MemberAccount>, Problem> {
    let account = deps.loyalty.account(&context, &member).await?;
    Ok(Json(MemberAccount {
        member: account.member,
        program: account.program,
        available: account.available,
        pending: account.pending,
        held: account.held,
        debt: account.debt,
        tier: account.tier,
        as_of: account.as_of,
    }))
}

/// Read a member's newest movements.
#[utoipa::path(
    get, path = "/members/{member}/ledger", operation_id = "loyalty_process_ledger", tag = "members",
    params(("member" = MemberId, Path, description = "The member's number")),
    responses(
        (status = 200, description = "Newest first", body = LedgerPage),
        (status = 404, description = "No such member"),
    ),
)]
pub(crate) async fn get_ledger(
    State(deps): State<Deps>,
    context: CallContext,
    Path(member): Path<MemberId>,
) -> Result<Json<LedgerPage>, Problem> {
    let ledger = deps.loyalty.ledger(&context, &member).await?;
    let entries = ledger.entries.into_iter().map(|entry| LedgerEntry {
        at: entry.at,
        points: entry.points(),
        kind: entry.kind,
        reference: entry.reference,
    });
    Ok(Json(LedgerPage {
        entries: entries.collect(),
    }))
}

/// Ask what points would take off a basket.
#[utoipa::path(
    post, path = "/redemption-quotes", operation_id = "loyalty_process_worth", tag = "members",
    request_body = RedemptionQuote,
    responses(
        (status = 200, description = "What they are worth there", body = PointsWorth),
        (status = 404, description = "No such member"),
        (status = 409, description = "More points than the member has"),
    ),
)]
pub(crate) async fn quote_redemption(
    State(deps): State<Deps>,
    context: CallContext,
    Json(request): Json<RedemptionQuote>,
) -> Result<Json<PointsWorth>, Problem> {
    let line = |text: &str| {
        text.parse()
            .map_err(|why| crossdock_model::Refusal::new("internal", why))
    };
    let sku = "basket"
        .parse()
        .map_err(|why| crossdock_model::Refusal::new("internal", why))?;
    let ask = Evaluate {
        currency: request.basket.currency,
        member: Some(request.member.clone()),
        sold: false,
        lines: vec![BasketLine {
            id: line("basket")?,
            sku,
            quantity: crossdock_model::Quantity::ONE,
            unit_price: request.basket,
            discount: None,
        }],
        redeem: Some(request.points),
        codes: Vec::new(),
        brand: None,
    };
    let account = deps.loyalty.account(&context, &request.member).await?;
    let evaluation = deps.loyalty.evaluate(&context, &ask).await?;
    let zero = crossdock_model::Money::zero(request.basket.currency);
    Ok(Json(PointsWorth {
        points: request.points,
        value: evaluation.redemption.map_or(zero, |burnt| burnt.value),
        affordable: account.available >= request.points,
    }))
}
