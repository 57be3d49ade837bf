//! What a customer system must be able to do, in canonical terms.

use async_trait::async_trait;
use crossdock_model::{CustomerId, Delivery, Fault, Tenant};
use crossdock_outbound::{Ability, Lookup};
use std::fmt::Debug;
use sys_customer_contract::{Customer, NewCustomer, Resolve, UpdateCustomer};

/// How the system keeps one effect one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abilities {
    pub(crate) create: Ability,
    pub(crate) update: Ability,
}

/// A connected customer system; whoever is not known there is refused as `not_found`.
#[async_trait]
pub(crate) trait CustomerBackend: Debug + Send + Sync {
    fn abilities(&self) -> Abilities;

    /// Who that is: `not_found`, `customer_ambiguous`, `gone`.
    async fn resolve(&self, tenant: &Tenant, ask: &Resolve) -> Result<Customer, Fault>;

    /// The customer of that id.
    async fn customer(&self, tenant: &Tenant, id: &CustomerId) -> Result<Customer, Fault>;

    /// Registers a customer under our reference.
    async fn create(&self, delivery: &Delivery, new: &NewCustomer) -> Result<Customer, Fault>;

    /// The customer that a registration made.
    async fn created(&self, tenant: &Tenant, reference: &str) -> Lookup<Customer>;

    /// Changes somebody, on top of the version that was read.
    async fn update(&self, delivery: &Delivery, update: &UpdateCustomer)
    -> Result<Customer, Fault>;

    /// The customer, if that very update has been applied.
    async fn updated(&self, tenant: &Tenant, update: &UpdateCustomer) -> Lookup<Customer>;
}
