//! What a retailer decides about orders: shipping prices, how long quotes and reservations hold.

use crossdock_model::{Address, Currency, Money};
use crossdock_settings::HumanDuration;
use serde::Deserialize;

/// The section `[order]` of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// How long the prices of a quote hold.
    pub quote_validity: HumanDuration,
    /// How long stock and points are held for an order that is being placed.
    pub hold: HumanDuration,
    /// How long goods that no location has are waited for, before their units are cancelled.
    pub backorder_wait: HumanDuration,
    /// How long before its authorisation runs out an order stops waiting for goods.
    pub capture_margin: HumanDuration,
    /// Where tax says the goods leave from.
    pub ship_from: Address,
    /// The ways to ship, the first of each currency being the default.
    pub shipping_options: Vec<ShippingOption>,
}

/// A shipping option that requests may name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShippingOption {
    /// The id that requests name it by, `standard`.
    pub id: String,
    /// What it costs without tax.
    pub price: Money,
    /// The category that the tax system taxes its price under.
    pub tax_category: String,
}

impl Settings {
    /// The named option in that currency, or the default one.
    pub(crate) fn shipping(
        &self,
        named: Option<&str>,
        currency: Currency,
    ) -> Option<&ShippingOption> {
        self.shipping_options.iter().find(|option| {
            option.price.currency == currency && named.is_none_or(|name| option.id == name)
        })
    }
}
