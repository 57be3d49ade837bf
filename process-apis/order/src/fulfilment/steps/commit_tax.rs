//! Declares the shipment's tax as owed, line by line: a return takes back its part of a line.

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

/// A line for each line of the order, and one for each charge captured along.
fn tax_lines(state: &Fulfilling) -> Vec<TaxAmount> {
    let money = |minor| Money::new(minor, state.currency);
    let lines = state.packed.by_line().into_iter().map(|packed| {
        let share = packed.share();
        TaxAmount {
            id: packed.line.to_string(),
            taxable: money(share.taxable),
            tax: money(share.tax),
        }
    });
    let charges = state.packed.charges.iter().map(|charge| TaxAmount {
        // Not to be taken for a line that is called so.
        id: format!("charge:{}", charge.kind),
        taxable: money(charge.net),
        tax: money(charge.tax),
    });
    lines.chain(charges).collect()
}
