//! What may still go back of an order's money, against all that went back before, by whomever.

use crate::{Attribution, Order, ProviderRefund, Purpose, ReturnRefund, Share, UnitState};
use crossdock_model::event::DisputeOutcome;
use crossdock_model::{ExternalRef, Money, Refusal, ReturnId, UnitRange};

impl Order {
    /// Refunds at the provider that nobody has said yet what they were for, in minor units.
    pub fn unattributed(&self) -> i64 {
        let refunds = self.provider.refunds.iter();
        let open = refunds.filter(|refund| refund.attribution.is_none());
        sum(open.map(|refund| refund.amount))
    }

    /// What is disputed and not decided yet, or lost and not accounted for yet, in minor units.
    pub fn disputed(&self) -> i64 {
        let disputes = self.provider.disputes.iter();
        let open = disputes.filter(|dispute| match dispute.outcome {
            None => true,
            Some(DisputeOutcome::Won) => false,
            Some(DisputeOutcome::Lost) => {
                let mut refunds = self.provider.refunds.iter();
                !refunds.any(|refund| refund.reference == dispute.reference)
            }
        });
        sum(open.map(|dispute| dispute.amount))
    }

    /// What goes back to the card for a return of these units, to be [written down](Self::decide_refund): what was paid for
    /// those whose money did not go back at the provider. The same return again is answered with the same.
    ///
    /// Refuses while somebody has yet to say what other money was for, and above what was captured: the ceiling is the
    /// order's, over all its tenders and over whoever gives back.
    pub fn plan_refund(&self, id: ReturnId, units: &[UnitRange]) -> Result<Money, Refusal> {
        if let Some(planned) = self.refunds.iter().find(|refund| refund.return_id == id) {
            return Ok(planned.amount);
        }
        self.free_to_refund()?;
        let due = self.refund_due(units);
        let decided = sum(self.refunds.iter().map(|refund| refund.amount));
        let back = due + decided + self.back_at_provider();
        let taken = self.taken().minor;
        let money = |minor| Money::new(minor, self.currency);
        if due > 0 && back > taken {
            let detail = format!(
                "with {} more, {} would have gone back of {} that were taken",
                money(due),
                money(back),
                money(taken)
            );
            return Err(Refusal::new("refund_ceiling", detail));
        }
        Ok(money(due))
    }

    /// Writes down what goes back to the card for a return; what was decided before stays.
    pub fn decide_refund(&mut self, id: ReturnId, amount: Money) {
        let mut refunds = self.refunds.iter();
        if !refunds.any(|refund| refund.return_id == id) {
            self.refunds.push(ReturnRefund {
                return_id: id,
                amount,
            });
        }
    }

    /// What would go back to the card for a return of these units, as far as it is known now, in minor units.
    pub fn refund_due(&self, units: &[UnitRange]) -> i64 {
        let paid = |units: &[UnitRange]| Share::of(&self.rows(units)).net_paid;
        paid(units) - paid(&self.given_back(units))
    }

    /// What went back, or is on its way: for what was returned, and at the provider.
    pub fn refunded(&self) -> Money {
        let returned = self.units_in(UnitState::Returned);
        let returned: Vec<UnitRange> = returned.map(|run| run.units.clone()).collect();
        let back = self.refund_due(&returned) + self.back_at_provider();
        Money::new(back, self.currency)
    }

    /// What was taken: for its shipments, and at the provider beside them.
    pub fn taken(&self) -> Money {
        let captures = self.provider.captures.iter();
        let beside = sum(captures.map(|capture| capture.amount));
        Money::new(self.claimed() + beside, self.currency)
    }

    fn back_at_provider(&self) -> i64 {
        sum(self.provider.refunds.iter().map(|refund| refund.amount))
    }

    /// Whether a refund can be decided now, or what has to be decided before it.
    pub fn free_to_refund(&self) -> Result<(), Refusal> {
        let (unattributed, disputed) = (self.unattributed(), self.disputed());
        let money = |minor| Money::new(minor, self.currency);
        if unattributed > 0 {
            let detail = format!(
                "{} went back at the payment provider, and nobody has said for which units",
                money(unattributed)
            );
            return Err(Refusal::new("provider_refund", detail));
        }
        if disputed > 0 {
            let detail = format!("{} of the order are disputed", money(disputed));
            return Err(Refusal::new("disputed", detail));
        }
        Ok(())
    }

    /// Says what a refund at the provider was for. The same again changes nothing.
    ///
    /// Refuses units that were never sold, whose money went back before, or that cost more than was refunded; and a
    /// capture that is not known or of another amount.
    pub fn attribute(
        &mut self,
        reference: &ExternalRef,
        purpose: &Purpose,
    ) -> Result<Attribution, Refusal> {
        let amount = self.provider_refund(reference)?.amount;
        let attribution = match purpose {
            Purpose::Units(units) => self.for_units(units, amount)?,
            Purpose::Capture(number) => self.for_capture(number, amount)?,
        };
        let is_given_back =
            !self.given_back(&attribution.units).is_empty() || self.is_refunded(&attribution.units);
        let refund = self.provider_refund(reference)?;
        if refund.attribution.as_ref() == Some(&attribution) {
            return Ok(attribution);
        }
        if refund.attribution.is_some() || is_given_back {
            let detail = "the units were refunded before, or the refund is attributed already";
            return Err(Refusal::new("wrong_state", detail));
        }
        refund.attribution = Some(attribution.clone());
        Ok(attribution)
    }

    fn for_units(&self, units: &[UnitRange], amount: Money) -> Result<Attribution, Refusal> {
        let rows = self.rows(units);
        let count = |ranges: &[UnitRange]| ranges.iter().map(UnitRange::count).sum::<u32>();
        let sold: Vec<UnitRange> = rows.iter().map(|run| run.units.clone()).collect();
        let named_twice = units.iter().enumerate().any(|(at, range)| {
            let mut others = units.iter().skip(at + 1);
            others.any(|other| other.overlap(range).is_some())
        });
        if named_twice || count(&sold) != count(units) {
            let detail = format!(
                "{} are no units of order {}, or one is named twice",
                listed(units),
                self.id
            );
            return Err(Refusal::new("not_found", detail));
        }
        let paid = Share::of(&rows).net_paid;
        let goodwill = Money::new(amount.minor - paid, amount.currency);
        if goodwill.is_negative() {
            let paid = Money::new(paid, amount.currency);
            let detail = format!("{} cost {paid}, but {amount} was refunded", listed(units));
            return Err(Refusal::new("amount_mismatch", detail));
        }
        Ok(Attribution {
            units: units.to_vec(),
            capture: None,
            goodwill,
        })
    }

    fn for_capture(&self, number: &str, amount: Money) -> Result<Attribution, Refusal> {
        let mut captures = self.provider.captures.iter();
        let fits =
            captures.any(|capture| capture.reference.value == number && capture.amount == amount);
        if !fits {
            let detail = format!("no capture {number} of {amount} was made at the provider");
            return Err(Refusal::new("not_found", detail));
        }
        Ok(Attribution {
            units: Vec::new(),
            capture: Some(number.to_owned()),
            goodwill: Money::zero(amount.currency),
        })
    }

    /// Whether a return of ours refunds one of them.
    fn is_refunded(&self, units: &[UnitRange]) -> bool {
        self.rows(units).iter().any(|run| {
            let mut refunds = self.refunds.iter();
            refunds.any(|refund| Some(refund.return_id) == run.returned_by)
        })
    }

    fn provider_refund(&mut self, reference: &ExternalRef) -> Result<&mut ProviderRefund, Refusal> {
        let mut refunds = self.provider.refunds.iter_mut();
        let found = refunds.find(|refund| refund.reference == *reference);
        let missing = || {
            Refusal::new(
                "not_found",
                format!("no refund {} is known", reference.value),
            )
        };
        found.ok_or_else(missing)
    }

    /// The parts of these units whose money went back at the provider.
    fn given_back(&self, units: &[UnitRange]) -> Vec<UnitRange> {
        let refunds = self.provider.refunds.iter();
        let attributed = refunds.filter_map(|refund| refund.attribution.as_ref());
        let given_back: Vec<&UnitRange> = attributed.flat_map(|what| &what.units).collect();
        let overlaps = units
            .iter()
            .flat_map(|range| given_back.iter().filter_map(|back| back.overlap(range)));
        overlaps.collect()
    }
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.map(|amount| amount.minor).sum()
}

fn listed(units: &[UnitRange]) -> String {
    let units: Vec<String> = units.iter().map(ToString::to_string).collect();
    units.join(", ")
}

#[cfg(test)]
#[path = "refunding_tests.rs"]
mod tests;
