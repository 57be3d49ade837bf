//! The transitions of an order's units: packed, shipped, cancelled, returned.

use crate::{Lifecycle, Order, Shipment, UnitRun, UnitState, runs};
use crossdock_model::{LineId, LocationId, Refusal, ReturnId, Timestamp, UnitRange};

impl Order {
    /// The units that a shipment of these quantities takes, lowest free number first.
    ///
    /// Refuses when more units of a line are to leave than are free: the shipment is not this order's.
    pub fn packable(
        &self,
        shipment: &str,
        lines: &[(LineId, u32)],
    ) -> Result<Vec<UnitRange>, Refusal> {
        let mut free = Free::of(self.units_in(UnitState::Open));
        let mut packed = Vec::new();
        for (line, quantity) in lines {
            let (taken, missing) = free.take(line, *quantity);
            if missing > 0 {
                let detail = format!(
                    "shipment {shipment} takes {quantity} of line {line}, only {} are still here",
                    quantity - missing
                );
                return Err(Refusal::new("wrong_state", detail));
            }
            packed.extend(taken);
        }
        Ok(packed)
    }

    /// Assigns these units to a shipment; the first shipment takes the charges along.
    ///
    /// Refuses units that are not free.
    pub fn pack(
        &mut self,
        shipment: &str,
        location: LocationId,
        units: &[UnitRange],
    ) -> Result<(), Refusal> {
        let free = |run: &UnitRun| run.state == UnitState::Open;
        for range in units {
            let packed = runs::change(&mut self.units, range, free, |run| {
                run.state = UnitState::Packed;
                run.shipment = Some(shipment.to_owned());
            });
            if !packed {
                let detail = format!("shipment {shipment} takes {range}, which is not free");
                return Err(Refusal::new("wrong_state", detail));
            }
        }
        for charge in self
            .charges
            .iter_mut()
            .filter(|charge| charge.shipment.is_none())
        {
            charge.shipment = Some(shipment.to_owned());
        }
        self.shipments.push(Shipment {
            id: shipment.to_owned(),
            location,
            units: units.to_vec(),
            tracking: None,
            shipped_at: None,
        });
        Ok(())
    }

    /// Whether this packed shipment is the last to be paid for: nothing else is still to be packed or to leave.
    pub fn is_last(&self, shipment: &str) -> bool {
        let elsewhere = |run: &UnitRun| run.shipment.as_deref() != Some(shipment);
        !self.units.iter().any(|run| match run.state {
            UnitState::Open => true,
            UnitState::Packed => elsewhere(run),
            UnitState::Shipped | UnitState::Cancelled | UnitState::Returned => false,
        })
    }

    /// Marks a packed shipment as shipped; the order is completed with its last one.
    pub fn ship(&mut self, shipment: &str, tracking: Option<String>, at: Timestamp) {
        for run in &mut self.units {
            if run.shipment.as_deref() == Some(shipment) && run.state == UnitState::Packed {
                run.state = UnitState::Shipped;
            }
        }
        self.units = runs::joined(std::mem::take(&mut self.units));
        if let Some(left) = self.shipments.iter_mut().find(|left| left.id == shipment) {
            left.tracking = tracking;
            left.shipped_at = Some(at);
        }
        self.end_with_its_last_unit();
    }

    /// The units that a cancellation of these quantities gives up, lowest free number first; all that is left of a
    /// line that no quantity is named for.
    ///
    /// Refuses what is packed, has left, or was given up before, and a line that was never sold.
    pub fn cancellable(&self, lines: &[(LineId, Option<u32>)]) -> Result<Vec<UnitRange>, Refusal> {
        let mut free = Free::of(self.units_in(UnitState::Open));
        let mut given_up = Vec::new();
        for (line, quantity) in lines {
            let wanted = quantity.unwrap_or_else(|| free.left_of(line).max(1));
            let (taken, missing) = free.take(line, wanted);
            if missing > 0 {
                return Err(self.not_cancellable(line, wanted, wanted - missing));
            }
            given_up.extend(taken);
        }
        Ok(given_up)
    }

    /// Gives these units up before shipment; the order ends with its last open one. Refuses units that are not free.
    pub fn cancel(&mut self, units: &[UnitRange]) -> Result<(), Refusal> {
        let free = |run: &UnitRun| run.state == UnitState::Open;
        for range in units {
            let given_up = runs::change(&mut self.units, range, free, |run| {
                run.state = UnitState::Cancelled;
            });
            if !given_up {
                let detail = format!("{range} is packed, has left or was given up before");
                return Err(Refusal::new("cancellation_refused", detail));
            }
        }
        self.end_with_its_last_unit();
        Ok(())
    }

    /// Completed when nothing is still to be packed or to leave; cancelled when nothing ever left.
    fn end_with_its_last_unit(&mut self) {
        let any = |wanted: &[UnitState]| self.units.iter().any(|run| wanted.contains(&run.state));
        if any(&[UnitState::Open, UnitState::Packed]) {
            return;
        }
        self.lifecycle = if any(&[UnitState::Shipped, UnitState::Returned]) {
            Lifecycle::Completed
        } else {
            Lifecycle::Cancelled
        };
    }

    /// Takes these units back. Refuses units that are not with the customer.
    pub fn take_back(&mut self, return_id: ReturnId, units: &[UnitRange]) -> Result<(), Refusal> {
        let shipped = |run: &UnitRun| run.state == UnitState::Shipped;
        for range in units {
            let taken = runs::change(&mut self.units, range, shipped, |run| {
                run.state = UnitState::Returned;
                run.returned_by = Some(return_id);
            });
            if !taken {
                let detail = format!("{range} is not with the customer");
                return Err(Refusal::new("already_returned", detail));
            }
        }
        Ok(())
    }

    /// The units that a return of these quantities takes, for each line asked for, lowest shipped number first.
    ///
    /// Refuses units that never left, came back before, or were never sold.
    pub fn returnable(&self, lines: &[(LineId, u32)]) -> Result<Vec<Vec<UnitRange>>, Refusal> {
        let mut shipped = Free::of(self.units_in(UnitState::Shipped));
        let mut all = Vec::with_capacity(lines.len());
        for (line, quantity) in lines {
            let (taken, missing) = shipped.take(line, *quantity);
            if missing > 0 {
                return Err(self.not_returnable(line, *quantity, quantity - missing));
            }
            all.push(taken);
        }
        Ok(all)
    }

    /// Gives these units other points to earn: those of an order that was evaluated later.
    pub fn set_earn_points(&mut self, points: &[(UnitRange, i64)]) {
        for (units, each) in points {
            runs::change(
                &mut self.units,
                units,
                |_any| true,
                |run| run.earn_points = *each,
            );
        }
    }

    fn not_cancellable(&self, line: &LineId, asked: u32, free: u32) -> Refusal {
        if !self.units.iter().any(|run| run.units.line() == line) {
            return Refusal::new("not_found", format!("order {} has no line {line}", self.id));
        }
        let detail = format!(
            "line {line}: {asked} to cancel, only {free} not packed, shipped or cancelled yet"
        );
        Refusal::new("cancellation_refused", detail)
    }

    fn not_returnable(&self, line: &LineId, asked: u32, here: u32) -> Refusal {
        let of_line = |run: &&UnitRun| run.units.line() == line;
        let count = |run: &UnitRun| run.units.count();
        let sold: u32 = self.units.iter().filter(of_line).map(count).sum();
        let gone = self.units_in(UnitState::Returned).filter(of_line);
        let gone: u32 = gone.map(count).sum();
        if sold == 0 {
            return Refusal::new("not_found", format!("order {} has no line {line}", self.id));
        }
        let detail = format!(
            "line {line}: {asked} to return, {sold} sold, {gone} returned before, {here} can come back"
        );
        let code = if gone > 0 && asked <= sold {
            "already_returned"
        } else {
            "return_over_quantity"
        };
        Refusal::new(code, detail)
    }
}

/// Units that can still be taken, lowest number first.
struct Free(Vec<UnitRange>);

impl Free {
    fn of<'a>(runs: impl Iterator<Item = &'a UnitRun>) -> Self {
        Self(runs.map(|run| run.units.clone()).collect())
    }

    /// How many of a line are left.
    fn left_of(&self, line: &LineId) -> u32 {
        let of_line = self.0.iter().filter(|range| range.line() == line);
        of_line.map(UnitRange::count).sum()
    }

    /// Takes so many units of a line, and answers how many of them there are not.
    fn take(&mut self, line: &LineId, quantity: u32) -> (Vec<UnitRange>, u32) {
        let (mut taken, mut missing) = (Vec::new(), quantity);
        let mut left = Vec::with_capacity(self.0.len());
        for range in self.0.drain(..) {
            let some = if range.line() == line {
                range.take(missing)
            } else {
                None
            };
            let Some(some) = some else {
                left.push(range);
                continue;
            };
            missing -= some.count();
            left.extend(range.after(some.last()));
            taken.push(some);
        }
        self.0 = left;
        (taken, missing)
    }
}
