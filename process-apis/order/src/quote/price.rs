//! Prices a basket over all systems; nothing is kept.

use crate::ledger::{Allocated, Basket, BasketLine, allocate};
use crate::quote::evaluate::{earn, evaluate, promotion, redemption};
use crate::quote::pins::Pinning;
use crate::settings::Settings;
use crate::systems::Systems;
use crossdock_model::{
    Clock, Context, Currency, CustomerId, Fault, LineId, MemberId, Money, Refusal, Sku, Violation,
};
use proc_order_contract::{
    AppliedPromotion, Charge, OrderLine, QuoteContent, QuoteRequest, RequestedLine,
};
use std::collections::HashSet;
use std::sync::Arc;
use sys_erp_contract::Product;
use sys_loyalty_contract as loyalty;
use sys_tax_contract::{TaxLine, TaxQuote, TaxQuoteRequest};

/// The most units that one order freezes rows for.
const MOST_UNITS: u32 = 1_000;

/// Prices baskets: the systems to ask, the retailer's settings, the clock that quotes expire by.
#[derive(Debug, Clone)]
pub(crate) struct Pricing {
    pub(crate) systems: Systems,
    pub(crate) pinning: Pinning,
    pub(crate) settings: Arc<Settings>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A priced basket: the content to be signed, with the names and stock that only the answer shows.
pub(crate) struct Priced {
    pub(crate) content: QuoteContent,
    /// In the sequence of the lines.
    pub(crate) products: Vec<Product>,
    /// Units over all locations, in the sequence of the lines.
    pub(crate) saleable: Vec<i64>,
}

impl Pricing {
    /// Prices a basket over all systems.
    pub(crate) async fn price(
        &self,
        context: &Context,
        request: &QuoteRequest,
    ) -> Result<Priced, Fault> {
        request.ship_to.check("/shipTo")?;
        let wanted = named_lines(&request.lines)?;
        let pins = self.pinning.pins(context, request.brand.as_deref()).await?;
        let skus: Vec<Sku> = wanted.iter().map(|(_, line)| line.sku.clone()).collect();
        let erp = self.systems.erp.pinned_to(&pins.erp_finance);
        let oms = self.systems.oms.pinned_to(&pins.oms);
        let (products, stock, member) = futures_util::future::try_join3(
            async { found(&erp.products_by(context, &skus).await?, &skus) },
            async { oms.availability(context, &skus).await },
            self.member(context, request.customer.as_ref()),
        )
        .await?;
        let currency = one_currency(&products)?;
        let lines = order_lines(&wanted, &products);
        let engine = self.systems.loyalty.pinned_to(&pins.loyalty);
        let evaluation = evaluate(&engine, context, request, member.as_ref(), &lines).await?;
        let mut basket = self.basket(request, &lines, &evaluation, currency)?;
        basket.earn_points = member.as_ref().map_or(0, |_member| evaluation.earn.points);
        let before_tax = allocate(&basket)?;
        let ask = self.tax_request(request, &basket, &before_tax, &lines);
        let tax = self.systems.tax.pinned_to(&pins.tax);
        let tax = tax.quote(context, &ask).await?;
        add_tax(&mut basket, &tax)?;
        let Allocated { units, totals, .. } = allocate(&basket)?;
        let on_hand = |sku: &Sku| {
            stock
                .iter()
                .filter(|at| &at.sku == sku)
                .map(|at| at.saleable)
                .sum()
        };
        let quoted = QuoteContent {
            tenant: context.caller.tenant.to_string(),
            channel: request.channel.clone(),
            brand: request.brand.clone(),
            customer: request.customer.clone(),
            earn: member.as_ref().map(|_member| earn(&evaluation)),
            member,
            currency,
            ship_to: request.ship_to.clone(),
            charges: basket.charges,
            promotions: basket.promotions,
            redemption: basket.redemption,
            totals,
            units,
            pins,
            valid_until: self.valid_until(),
            lines,
        };
        Ok(Priced {
            content: quoted,
            saleable: skus.iter().map(on_hand).collect(),
            products,
        })
    }

    fn valid_until(&self) -> crossdock_model::Timestamp {
        let now = self.clock.now();
        now.saturating_add(self.settings.quote_validity.get())
            .unwrap_or(now)
    }

    /// The loyalty member that the customer is, where there is one.
    async fn member(
        &self,
        context: &Context,
        customer: Option<&CustomerId>,
    ) -> Result<Option<MemberId>, Fault> {
        let Some(id) = customer else { return Ok(None) };
        let customer = self.systems.customer.customer(context, id).await?;
        Ok(customer.member)
    }

    fn basket(
        &self,
        request: &QuoteRequest,
        lines: &[OrderLine],
        evaluation: &loyalty::Evaluation,
        currency: Currency,
    ) -> Result<Basket, Refusal> {
        let shipping = self
            .settings
            .shipping(request.shipping.as_deref(), currency);
        let shipping = shipping.ok_or_else(|| {
            let named = request.shipping.as_deref().unwrap_or("the default");
            let mut refusal = Refusal::new(
                "validation_failed",
                format!(
                    "there is no shipping option '{named}' in {}",
                    currency.code()
                ),
            );
            let detail = refusal.detail.clone();
            refusal.errors.push(Violation {
                pointer: "/shipping".into(),
                detail,
            });
            refusal
        })?;
        let mut promotions: Vec<AppliedPromotion> =
            evaluation.promotions.iter().map(promotion).collect();
        promotions.sort_by_key(|promotion| promotion.stack_order);
        Ok(Basket {
            currency,
            lines: lines
                .iter()
                .map(|line| BasketLine {
                    id: line.id.clone(),
                    sku: line.sku.clone(),
                    quantity: line.quantity.get(),
                    unit_price: line.unit_price.minor,
                    tax: 0,
                })
                .collect(),
            promotions,
            redemption: evaluation.redemption.as_ref().map(redemption),
            earn_points: 0,
            charges: vec![Charge {
                kind: "shipping".into(),
                net: shipping.price.minor,
                tax: 0,
                shipment: None,
            }],
        })
    }

    fn tax_request(
        &self,
        request: &QuoteRequest,
        basket: &Basket,
        before_tax: &Allocated,
        lines: &[OrderLine],
    ) -> TaxQuoteRequest {
        let money = |minor| Money::new(minor, basket.currency);
        let shipping = self
            .settings
            .shipping(request.shipping.as_deref(), basket.currency);
        let category = shipping.map_or("shipping", |option| option.tax_category.as_str());
        let goods = lines
            .iter()
            .zip(&before_tax.taxable)
            .map(|(line, taxable)| TaxLine {
                id: line.id.to_string(),
                category: line.tax_category.clone(),
                taxable: money(*taxable),
            });
        let charges = basket
            .charges
            .iter()
            .enumerate()
            .map(|(at, charge)| TaxLine {
                id: charge_line(at),
                category: category.to_owned(),
                taxable: money(charge.net),
            });
        TaxQuoteRequest {
            currency: basket.currency,
            ship_from: self.settings.ship_from.clone(),
            ship_to: request.ship_to.clone(),
            lines: goods.chain(charges).collect(),
        }
    }
}

/// Each line and charge gets its tax from the quote.
fn add_tax(basket: &mut Basket, quoted: &TaxQuote) -> Result<(), Fault> {
    let tax = |id: &str| {
        let line = quoted.lines.iter().find(|line| line.id == id);
        line.map(|line| line.tax.minor)
            .ok_or_else(|| Fault::poison(format!("the tax quote leaves out line {id}")))
    };
    for line in &mut basket.lines {
        line.tax = tax(line.id.as_str())?;
    }
    for (at, charge) in basket.charges.iter_mut().enumerate() {
        charge.tax = tax(&charge_line(at))?;
    }
    Ok(())
}

/// A charge's line in the tax quote; a `/` keeps it apart from every order line's id in practice.
fn charge_line(at: usize) -> String {
    format!("charge/{at}")
}

/// Each line with its id: the channel's, or its position.
fn named_lines(lines: &[RequestedLine]) -> Result<Vec<(LineId, &RequestedLine)>, Refusal> {
    let mut seen = HashSet::new();
    let mut named = Vec::with_capacity(lines.len());
    let mut units: u32 = 0;
    for (at, line) in lines.iter().enumerate() {
        let id = match &line.id {
            Some(id) => id.clone(),
            None => (at + 1)
                .to_string()
                .parse()
                .map_err(|why| Refusal::new("internal", why))?,
        };
        if !seen.insert(id.clone()) {
            return Err(wrong(
                at,
                "id",
                format!("line id {id} stands twice in the request"),
            ));
        }
        units = units.saturating_add(line.quantity.get());
        if units > MOST_UNITS {
            let detail = format!("an order has {MOST_UNITS} units at most: split it");
            return Err(wrong(at, "quantity", detail));
        }
        named.push((id, line));
    }
    Ok(named)
}

fn wrong(at: usize, member: &str, detail: String) -> Refusal {
    let mut refusal = Refusal::new("validation_failed", detail.clone());
    refusal.errors.push(Violation {
        pointer: format!("/lines/{at}/{member}"),
        detail,
    });
    refusal
}

/// The products of the SKUs, in their order; each unknown one is pointed at.
fn found(answer: &sys_erp_contract::ProductsFound, skus: &[Sku]) -> Result<Vec<Product>, Fault> {
    let mut products = Vec::with_capacity(skus.len());
    let mut unknown = Refusal::new("unknown_sku", "");
    for (at, sku) in skus.iter().enumerate() {
        match answer.products.iter().find(|product| &product.sku == sku) {
            Some(product) => products.push(product.clone()),
            None => unknown.errors.push(Violation {
                pointer: format!("/lines/{at}/sku"),
                detail: format!("the item master does not know {sku}"),
            }),
        }
    }
    if unknown.errors.is_empty() {
        return Ok(products);
    }
    unknown.detail = format!(
        "{} line(s) name a SKU that the item master does not know",
        unknown.errors.len()
    );
    Err(unknown.into())
}

fn one_currency(products: &[Product]) -> Result<Currency, Refusal> {
    let mut currencies = products.iter().map(|product| product.list_price.currency);
    let first = currencies
        .next()
        .ok_or_else(|| Refusal::new("validation_failed", "an order needs at least one line"))?;
    match currencies.find(|other| *other != first) {
        None => Ok(first),
        Some(other) => Err(Refusal::new(
            "mixed_currencies",
            format!(
                "the basket mixes {} and {}: place one order a currency",
                first.code(),
                other.code()
            ),
        )),
    }
}

fn order_lines(wanted: &[(LineId, &RequestedLine)], products: &[Product]) -> Vec<OrderLine> {
    let lines = wanted
        .iter()
        .zip(products)
        .map(|((id, line), product)| OrderLine {
            id: id.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: product.list_price,
            tax_category: product.tax_category.clone(),
        });
    lines.collect()
}
