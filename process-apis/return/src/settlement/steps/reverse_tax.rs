//! Takes the returned units' tax back, from the document of each shipment they left with.

use crate::settlement::state::{Returning, TaxedLine};
use crate::systems::Systems;
use crossdock_desk::expected;
use crossdock_model::{Currency, Delivery, Fault, Money};
use crossdock_workflow::{Retry, Step};
use sys_tax_contract::{ReverseTax as Reverse, TaxAmount, TaxClient};

pub(crate) struct ReverseTax(TaxClient);

impl ReverseTax {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.tax.clone())
    }
}

impl Step<Returning> for ReverseTax {
    const NAME: &'static str = "reverse-tax";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<(), Fault> {
        let tax = self.0.pinned_to(&state.returned.pins.tax);
        for (document, units) in &state.tax {
            let reverse = Reverse {
                document: document.clone(),
                reference: state.reference(),
                lines: units
                    .iter()
                    .map(|unit| amount(unit, state.returned.currency))
                    .collect(),
            };
            // Each document's reversal has its own natural key, so a repeat reverses none twice.
            expected(tax.reverse(delivery, &reverse).await)?;
        }
        Ok(())
    }

    fn record(_state: &mut Returning, (): ()) {}
}

fn amount(unit: &TaxedLine, currency: Currency) -> TaxAmount {
    TaxAmount {
        id: unit.id.clone(),
        taxable: Money::new(unit.taxable, currency),
        tax: Money::new(unit.tax, currency),
    }
}
