//! The transitions of an order's units: packed, shipped, cancelled, returned.

use crate::{Lifecycle, Order, Shipment, UnitState};
use crossdock_model::{LineId, LocationId, Refusal, ReturnId, Timestamp, UnitId};

impl Order {
    /// Assigns a shipment's units, lowest free number first; the first shipment takes the charges along.
    ///
    /// Refuses when more units of a line are to leave than are free: the shipment is not this order's.
    pub fn pack(
        &mut self,
        shipment: &str,
        location: LocationId,
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
        for unit in self
            .units
            .iter_mut()
            .filter(|unit| packed.contains(&unit.id))
        {
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
            units: packed.clone(),
            tracking: None,
            shipped_at: None,
        });
        Ok(packed)
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

    /// Takes units back, lowest shipped number first; answers their ids.
    ///
    /// Refuses units that never left, came back before, or were never sold.
    pub fn take_back(
        &mut self,
        return_id: ReturnId,
        lines: &[(LineId, u32)],
    ) -> Result<Vec<UnitId>, Refusal> {
        let taken = self.returnable(lines)?;
        for unit in self
            .units
            .iter_mut()
            .filter(|unit| taken.contains(&unit.id))
        {
            unit.state = UnitState::Returned;
            unit.returned_by = Some(return_id);
        }
        Ok(taken)
    }

    /// The units that a return of these quantities would take, or why it may not.
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
