//! What a request to cancel asks for, and which requests are one and the same.

use crossdock_desk::{Desk, store_problem};
use crossdock_model::{
    InstanceId, LineId, OrderId, Quantity, Refusal, Tenant, UnitRange, Violation,
};
use crossdock_problem::Problem;
use crossdock_store::{Claim, Status};
use proc_order_contract::{CancelLine, Order};
use std::collections::BTreeSet;

/// How often one and the same request may be refused and asked again.
const MAX_ATTEMPTS: u32 = 100;

/// The units of each line that are asked for, of the order as it stands; none where it is the whole order.
pub(crate) fn asked(order: &Order, lines: &[CancelLine]) -> Result<Vec<(LineId, u32)>, Refusal> {
    let mut seen = BTreeSet::new();
    let mut asked = Vec::with_capacity(lines.len());
    for (at, wanted) in lines.iter().enumerate() {
        if !seen.insert(&wanted.line_id) {
            let detail = format!("line {} stands twice in the request", wanted.line_id);
            let mut refusal = Refusal::new("validation_failed", detail.clone());
            refusal.errors.push(Violation {
                pointer: format!("/lines/{at}/lineId"),
                detail,
            });
            return Err(refusal);
        }
        let quantity = wanted.quantity.map(Quantity::get);
        let units = order.cancellable(&[(wanted.line_id.clone(), quantity)])?;
        let units = units.iter().map(UnitRange::count).sum();
        asked.push((wanted.line_id.clone(), units));
    }
    Ok(asked)
}

/// What a request for "all that is left" is known by: whoever asks for the same is answered the same. None where the
/// request counts units, for then two requests are two.
pub(crate) fn shared_key(order: OrderId, lines: &[CancelLine]) -> Option<String> {
    if lines.iter().any(|wanted| wanted.quantity.is_some()) {
        return None;
    }
    let lines: BTreeSet<&str> = lines.iter().map(|wanted| wanted.line_id.as_str()).collect();
    let lines: Vec<&str> = lines.into_iter().collect();
    // A line's name holds no space, so that the names of a list never read as another list.
    Some(match lines.as_slice() {
        [] => format!("{order}/all"),
        lines => format!("{order}/all of {}", lines.join(" ")),
    })
}

/// What a request that counts units is known by: two are two, unless one consumer sent both under one Idempotency-Key.
///
/// No consumer's key reads as a [`shared_key`], whatever it is.
pub(crate) fn own_key(order: OrderId, claim: Option<&Claim>) -> String {
    let (scope, key) = claim.map_or(("", ""), |claim| (&*claim.scope, &*claim.key));
    format!("{order}/units of {scope}/{key}")
}

/// Whether somebody has asked for the same before.
pub(crate) enum Before {
    /// This cancellation does it, or did it.
    Asked(InstanceId),
    /// Nobody has, or it was refused then: the new cancellation has this key.
    Not(String),
}

/// Looks for the cancellation of a shared key that was not refused.
pub(crate) async fn find(desk: &Desk, tenant: &Tenant, key: &str) -> Result<Before, Problem> {
    let mut attempt = 1;
    loop {
        // A repeat is numbered in front: whatever a line is called, two keys never meet.
        let numbered = match attempt {
            1 => key.to_owned(),
            repeat => format!("{repeat}/{key}"),
        };
        let found = desk
            .store
            .instance_by_key(tenant, super::NAME, &numbered)
            .await;
        match found.map_err(store_problem)? {
            None => return Ok(Before::Not(numbered)),
            Some(row)
                if attempt < MAX_ATTEMPTS
                    && matches!(row.status, Status::Compensated | Status::Cancelled) =>
            {
                attempt += 1;
            }
            Some(row) => return Ok(Before::Asked(row.id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, quantity: Option<u32>) -> CancelLine {
        CancelLine {
            line_id: id.parse().unwrap(),
            quantity: quantity.map(|units| Quantity::new(units).unwrap()),
        }
    }

    #[test]
    fn a_consumers_key_is_its_own_and_never_means_all_that_is_left() {
        let order = OrderId(uuid::Uuid::nil());
        let key = |scope: &str, key: &str| {
            let claim = Claim {
                scope: scope.into(),
                key: key.into(),
                fingerprint: [0; 32],
            };
            own_key(order, Some(&claim))
        };
        assert_ne!(key("acme/web/cancel", "1"), key("acme/till/cancel", "1"));
        let shared = [
            shared_key(order, &[]),
            shared_key(order, &[line("A", None)]),
        ];
        for named in ["all", "all of A", "2/all"] {
            assert!(!shared.contains(&Some(key("acme/web/cancel", named))));
            assert!(!shared.contains(&Some(key("", named))));
        }
    }

    #[test]
    fn all_that_is_left_is_one_request_however_it_is_written() {
        let order = OrderId(uuid::Uuid::nil());
        let key = |lines: &[CancelLine]| shared_key(order, lines);
        assert_eq!(
            key(&[line("B", None), line("A", None)]),
            key(&[line("A", None), line("B", None)])
        );
        assert_ne!(key(&[]), key(&[line("A", None)]));
        assert_eq!(key(&[line("A", Some(1))]), None);
    }
}
