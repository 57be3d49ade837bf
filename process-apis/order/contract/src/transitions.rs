//! The transitions of an order's units: packed, shipped, cancelled, returned.

use crate::{Lifecycle, Order, Shipment, Unit, UnitState};
use crossdock_model::{LineId, LocationId, Refusal, ReturnId, Timestamp, UnitId};

impl Order {
    /// The units that a shipment of these quantities takes, lowest free number first.
    ///
    /// Refuses when more units of a line are to leave than are free: the shipment is not this order's.
    pub fn packable(
        &self,
        shipment: &str,
        lines: &[(LineId, u32)],
    ) -> Result<Vec<UnitId>, Refusal> {
        let mut packed = Vec::new();
        for (line, quantity) in lines {
            let free: Vec<UnitId> = self
                .units_in(UnitState::Open)
                .filter(|unit| &unit.id.line == line)
                .map(|unit| unit.id.clone())
                .take(*quantity as usize)
                .collect();
            if free.len() < *quantity as usize {
                let detail = format!(
                    "shipment {shipment} takes {quantity} of line {line}, only {} are still here",
                    free.len()
                );
                return Err(Refusal::new("wrong_state", detail));
            }
            packed.extend(free);
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
        units: &[UnitId],
    ) -> Result<(), Refusal> {
        for id in units {
            let free = |unit: &&mut Unit| unit.id == *id && unit.state == UnitState::Open;
            let Some(unit) = self.units.iter_mut().find(free) else {
                let detail = format!("shipment {shipment} takes {id}, which is not free");
                return Err(Refusal::new("wrong_state", detail));
            };
            unit.state = UnitState::Packed;
            unit.shipment = Some(shipment.to_owned());
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
        let elsewhere = |unit: &Unit| unit.shipment.as_deref() != Some(shipment);
        !self.units.iter().any(|unit| match unit.state {
            UnitState::Open => true,
            UnitState::Packed => elsewhere(unit),
            UnitState::Shipped | UnitState::Cancelled | UnitState::Returned => false,
        })
    }

    /// Marks a packed shipment as shipped; the order is completed with its last one.
    pub fn ship(&mut self, shipment: &str, tracking: Option<String>, at: Timestamp) {
        for unit in &mut self.units {
            if unit.shipment.as_deref() == Some(shipment) && unit.state == UnitState::Packed {
                unit.state = UnitState::Shipped;
            }
        }
        if let Some(left) = self.shipments.iter_mut().find(|left| left.id == shipment) {
            left.tracking = tracking;
            left.shipped_at = Some(at);
        }
        let open = self
            .units
            .iter()
            .any(|u| matches!(u.state, UnitState::Open | UnitState::Packed));
        if !open {
            self.lifecycle = Lifecycle::Completed;
        }
    }

    /// Gives every unit up before shipment, and with them the order.
    pub fn cancel(&mut self) {
        for unit in &mut self.units {
            unit.state = UnitState::Cancelled;
        }
        self.lifecycle = Lifecycle::Cancelled;
    }

    /// Takes these units back. Refuses units that are not with the customer.
    pub fn take_back(&mut self, return_id: ReturnId, units: &[UnitId]) -> Result<(), Refusal> {
        for id in units {
            let shipped = |unit: &&mut Unit| unit.id == *id && unit.state == UnitState::Shipped;
            let Some(unit) = self.units.iter_mut().find(shipped) else {
                let detail = format!("unit {id} is not with the customer");
                return Err(Refusal::new("already_returned", detail));
            };
            unit.state = UnitState::Returned;
            unit.returned_by = Some(return_id);
        }
        Ok(())
    }

    /// The units that a return of these quantities takes, lowest shipped number first.
    ///
    /// Refuses units that never left, came back before, or were never sold.
    pub fn returnable(&self, lines: &[(LineId, u32)]) -> Result<Vec<UnitId>, Refusal> {
        let mut taken: Vec<UnitId> = Vec::new();
        for (line, quantity) in lines {
            let sold = self
                .units
                .iter()
                .filter(|unit| &unit.id.line == line)
                .count();
            let here: Vec<UnitId> = self
                .units_in(UnitState::Shipped)
                .filter(|unit| &unit.id.line == line && !taken.contains(&unit.id))
                .map(|unit| unit.id.clone())
                .take(*quantity as usize)
                .collect();
            if here.len() < *quantity as usize {
                return Err(self.not_returnable(line, *quantity, sold, here.len()));
            }
            taken.extend(here);
        }
        Ok(taken)
    }

    fn not_returnable(&self, line: &LineId, asked: u32, sold: usize, here: usize) -> Refusal {
        let gone = self
            .units_in(UnitState::Returned)
            .filter(|unit| &unit.id.line == line)
            .count();
        if sold == 0 {
            return Refusal::new("not_found", format!("order {} has no line {line}", self.id));
        }
        let detail = format!(
            "line {line}: {asked} to return, {sold} sold, {gone} returned before, {here} can come back"
        );
        let code = if gone > 0 && asked as usize <= sold {
            "already_returned"
        } else {
            "return_over_quantity"
        };
        Refusal::new(code, detail)
    }
}
