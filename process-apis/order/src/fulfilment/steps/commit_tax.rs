//! Declares the shipment's tax as owed, unit by unit, so that a return can take back exactly its part.

use crate::fulfilment::state::Fulfilling;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Money};
use crossdock_workflow::{Retry, Step};
use sys_tax_contract::{CommitTax as Commit, TaxAmount, TaxClient};

pub(crate) struct CommitTax(TaxClient);

impl CommitTax {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.tax.clone())
    }
}

impl Step<Fulfilling> for CommitTax {
    const NAME: &'static str = "commit-tax";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Fulfilling) -> Result<(), Fault> {
        let commit = Commit {
            document: state.reference(),
            order: state.order_id.to_string(),
            lines: tax_lines(state),
        };
        self.0
            .pinned_to(&state.pins.tax)
            .commit(delivery, &commit)
            .await
            .map(drop)
    }

    fn record(_state: &mut Fulfilling, (): ()) {}
}

/// A line a unit, and one for each charge captured along.
fn tax_lines(state: &Fulfilling) -> Vec<TaxAmount> {
    let money = |minor| Money::new(minor, state.currency);
    let units = state.packed.units.iter().map(|unit| TaxAmount {
        id: unit.id.to_string(),
        taxable: money(unit.taxable),
        tax: money(unit.tax),
    });
    let charges = state.packed.charges.iter().map(|charge| TaxAmount {
        id: charge.kind.clone(),
        taxable: money(charge.net),
        tax: money(charge.tax),
    });
    units.chain(charges).collect()
}
