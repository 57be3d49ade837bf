//! Row 7: the caller's retailer, then the scope that the operation itself declares.

use crate::gate::{Gate, Inbound, Stop};
use crate::operation::Permission;
use crossdock_model::{Caller, Context, Tenant};
use crossdock_problem::Code;
use http::header;
use std::collections::HashSet;
use std::sync::Arc;

/// Lets on who may do this.
#[derive(Debug)]
pub(crate) struct Authorise {
    /// The retailers of this installation.
    pub(crate) tenants: Arc<HashSet<Tenant>>,
    /// Whether scopes are asked for: not by the system tier, whose callers are process APIs.
    pub(crate) scopes: bool,
}

impl Gate for Authorise {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        let operation = inbound.operation()?;
        let Permission::Scopes(alternatives) = &operation.permission else {
            return Ok(());
        };
        let Some(context) = inbound.parts.extensions.get::<Context>() else {
            return Err(Stop::refuse(Code::Internal, "the caller is not known yet"));
        };
        let caller = &context.caller;
        if !self.tenants.contains(&caller.tenant) {
            let detail = "the caller's tenant is not served here";
            return Err(Stop::refuse(Code::Forbidden, detail));
        }
        if !self.scopes || alternatives.iter().any(|set| holds(caller, set)) {
            return Ok(());
        }
        let sets: Vec<String> = alternatives.iter().map(|set| set.join(" ")).collect();
        let scope = sets.first().cloned().unwrap_or_default();
        inbound.answer_with(
            header::WWW_AUTHENTICATE,
            &format!("Bearer realm=\"crossdock\", error=\"insufficient_scope\", scope=\"{scope}\""),
        );
        let detail = format!("{} needs the scope {}", operation.id, sets.join(" or "));
        Err(Stop::refuse(Code::Forbidden, detail))
    }
}

fn holds(caller: &Caller, set: &[Arc<str>]) -> bool {
    set.iter().all(|scope| caller.may(scope))
}
