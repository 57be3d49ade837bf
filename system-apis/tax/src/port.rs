//! What a tax engine can do, in canonical terms.

use async_trait::async_trait;
use crossdock_model::{Context, Delivery, Fault, Tenant};
use crossdock_outbound::{Ability, Lookup};
use std::fmt;
use sys_tax_contract::{
    CommitTax, ReverseTax, TaxDocument, TaxQuote, TaxQuoteRequest, TaxReversal,
};

/// How the engine keeps each effect one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abilities {
    pub(crate) commit: Ability,
    pub(crate) reverse: Ability,
}

/// A connected tax engine; looking up what is not there is none.
#[async_trait]
pub(crate) trait TaxBackend: fmt::Debug + Send + Sync {
    fn abilities(&self) -> Abilities;

    async fn quote(&self, context: &Context, request: &TaxQuoteRequest) -> Result<TaxQuote, Fault>;

    /// A quote that still holds; refused as `tax_quote_expired` once it does not.
    async fn quoted(&self, tenant: &Tenant, id: &str) -> Lookup<TaxQuote>;

    async fn commit(&self, delivery: &Delivery, request: &CommitTax) -> Result<TaxDocument, Fault>;

    async fn reverse(
        &self,
        delivery: &Delivery,
        request: &ReverseTax,
    ) -> Result<TaxReversal, Fault>;

    async fn document(&self, tenant: &Tenant, document: &str) -> Lookup<TaxDocument>;

    async fn reversal(
        &self,
        tenant: &Tenant,
        document: &str,
        reference: &str,
    ) -> Lookup<TaxReversal>;
}
