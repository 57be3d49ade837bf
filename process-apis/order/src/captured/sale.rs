//! A captured order as the platform sold it: its prices, discounts and taxes are frozen as they are.

use crate::deps::Deps;
use crate::ledger::{Basket, BasketLine, allocate};
use crate::quote;
use crate::requested::named_lines;
use crossdock_model::{Context, LineId, Money, MoneyError, OrderId, Refusal, Violation, too_large};
use crossdock_problem::Problem;
use proc_order_contract::{
    AppliedPromotion, CapturedLine, CapturedOrder, Charge, Funding, Lifecycle, Mode, Order,
    OrderLine, PromotionScope, ProviderMoney,
};

/// The order record of the sale, with nobody earning anything yet.
pub(crate) async fn order(
    deps: &Deps,
    context: &Context,
    request: &CapturedOrder,
) -> Result<Order, Problem> {
    let pins = deps
        .pricing
        .pinning
        .pins(context, request.brand.as_deref())
        .await?;
    let asked = request.lines.iter();
    let ids = named_lines(asked.map(|line| (line.id.as_ref(), line.quantity)))?;
    let lines: Vec<_> = ids.into_iter().zip(&request.lines).collect();
    let basket = basket(request, &lines);
    let allocation = allocate(&basket)?;
    let (totals, units) = (allocation.totals().clone(), allocation.units());
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
        lines: lines
            .iter()
            .map(|(id, line)| order_line(id, line))
            .collect(),
        charges: basket.charges,
        promotions: basket.promotions,
        redemption: None,
        earn: None,
        totals,
        units,
        pins,
        quote_hash: String::new(),
        request_hash: quote::hash(&serde_json::to_vec(request).unwrap_or_default()),
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

/// What the platform says it took, over all tenders.
pub(crate) fn tendered(request: &CapturedOrder) -> Result<Money, Refusal> {
    let amounts = request.tenders.iter().map(|tender| tender.amount);
    Money::sum(request.currency, amounts).map_err(|error| {
        if error == MoneyError::Overflow {
            too_large("the tenders")
        } else {
            error.into()
        }
    })
}

/// Refuses amounts that are negative or not in the order's one currency; each is pointed at.
pub(crate) fn check_currencies(request: &CapturedOrder) -> Result<(), Problem> {
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
