//! Prices a basket over all systems; nothing is kept.

use crate::ledger::{Basket, BasketLine, allocate};
use crate::quote::content::QuoteContent;
use crate::quote::evaluate::{earn, evaluate, promotion, redemption};
use crate::quote::pins::Pinning;
use crate::requested::named_lines;
use crate::settings::Settings;
use crate::systems::Systems;
use crossdock_model::{
    Clock, Context, Currency, CustomerId, Fault, LineId, MemberId, Money, Refusal, Sku, Violation,
    checked_total, too_large,
};
use proc_order_contract::{AppliedPromotion, Charge, OrderLine, Pins, QuoteRequest, RequestedLine};
use std::sync::Arc;
use sys_erp_contract::Product;
use sys_loyalty_contract as loyalty;
use sys_oms_contract::Availability;
use sys_tax_contract::{TaxLine, TaxQuote, TaxQuoteRequest};

/// Prices baskets: the systems to ask, the retailer's settings, the clock that quotes expire by.
#[derive(Debug, Clone)]
pub(crate) struct Pricing {
    pub(crate) systems: Systems,
    pub(crate) pinning: Pinning,
    pub(crate) settings: Arc<Settings>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A priced basket: the content to be sealed, with what only the answer shows.
pub(crate) struct Priced {
    pub(crate) content: QuoteContent,
    pub(crate) pins: Pins,
    /// What is paid for each line in minor units, tax included, in the sequence of the lines.
    pub(crate) paid: Vec<i64>,
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
        let asked = request.lines.iter();
        let ids = named_lines(asked.map(|line| (line.id.as_ref(), line.quantity)))?;
        let pins = self.pinning.pins(context, request.brand.as_deref()).await?;
        let skus: Vec<Sku> = request.lines.iter().map(|line| line.sku.clone()).collect();
        let erp = self.systems.erp.pinned_to(&pins.erp_finance);
        let oms = self.systems.oms.pinned_to(&pins.oms);
        let (products, stock, member) = futures_util::future::try_join3(
            async { found(&erp.products_by(context, &skus).await?, &skus) },
            async { oms.availability(context, &skus).await },
            self.member(context, request.customer.as_ref()),
        )
        .await?;
        let currency = one_currency(&products)?;
        let lines = order_lines(ids, &request.lines, &products);
        check_size(&lines)?;
        let engine = self.systems.loyalty.pinned_to(&pins.loyalty);
        let evaluation = evaluate(&engine, context, request, member.as_ref(), &lines).await?;
        let mut basket = self.basket(request, &lines, &evaluation, currency)?;
        basket.earn_points = member.as_ref().map_or(0, |_member| evaluation.earn.points);
        let taxable = allocate(&basket)?.taxable();
        let ask = self.tax_request(request, &basket, &taxable, &lines);
        let tax = self.systems.tax.pinned_to(&pins.tax);
        let tax = tax.quote(context, &ask).await?;
        add_tax(&mut basket, &tax)?;
        let allocation = allocate(&basket)?;
        let (paid, totals) = (allocation.paid(), allocation.totals().clone());
        let saleable = skus.iter().map(|sku| saleable(&stock, sku));
        let quoted = QuoteContent {
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
            valid_until: self.valid_until(),
            taxes: basket.lines.iter().map(|line| line.tax).collect(),
            lines,
        };
        Ok(Priced {
            content: quoted,
            pins,
            paid,
            saleable: saleable.collect::<Result<_, _>>()?,
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
            lines: lines.iter().map(BasketLine::from).collect(),
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
        taxable: &[i64],
        lines: &[OrderLine],
    ) -> TaxQuoteRequest {
        let money = |minor| Money::new(minor, basket.currency);
        let shipping = self
            .settings
            .shipping(request.shipping.as_deref(), basket.currency);
        let category = shipping.map_or("shipping", |option| option.tax_category.as_str());
        let goods = lines.iter().zip(taxable).map(|(line, taxable)| TaxLine {
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

/// Refuses a basket whose list prices alone do not add up, before any system is asked to.
fn check_size(lines: &[OrderLine]) -> Result<(), Refusal> {
    let mut total = 0_i64;
    for line in lines {
        let price = i64::from(line.quantity.get()).checked_mul(line.unit_price.minor);
        let sum = price.and_then(|price| total.checked_add(price));
        total = sum.ok_or_else(|| too_large("the prices of all lines"))?;
    }
    Ok(())
}

/// Units that could be had of a product, over all locations.
fn saleable(stock: &[Availability], sku: &Sku) -> Result<i64, Refusal> {
    let of_sku = stock.iter().filter(|at| &at.sku == sku);
    checked_total("the saleable units", of_sku.map(|at| at.saleable))
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

fn order_lines(ids: Vec<LineId>, wanted: &[RequestedLine], products: &[Product]) -> Vec<OrderLine> {
    let lines = ids.into_iter().zip(wanted).zip(products);
    let lines = lines.map(|((id, line), product)| OrderLine {
        id,
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: product.list_price,
        tax_category: product.tax_category.clone(),
    });
    lines.collect()
}
