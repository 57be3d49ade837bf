//! Where in a workflow a chain stands, which decides at compile time what may stand in it.

use crate::code::{WithUndo, WithoutUndo};
use crate::define::{AnyStep, Reversible, State, Step, Undo};
use std::sync::Arc;

/// Where in a workflow a chain stands: before or after the point of no return.
pub trait Phase: Send + Sync + 'static {
    /// The phase of a leg of this chain.
    type Leg: Phase;
}

/// Before the pivot: what is done can be undone.
#[derive(Debug)]
pub struct Before;
/// After the pivot: only forward.
#[derive(Debug)]
pub struct After;
/// A leg before the pivot.
#[derive(Debug)]
pub struct LegBefore;
/// A leg after the pivot.
#[derive(Debug)]
pub struct LegAfter;

impl Phase for Before {
    type Leg = LegBefore;
}
impl Phase for After {
    type Leg = LegAfter;
}
impl Phase for LegBefore {
    type Leg = Self;
}
impl Phase for LegAfter {
    type Leg = Self;
}

/// Which steps a phase admits: before the pivot those with an undo, after it every one.
#[diagnostic::on_unimplemented(
    message = "`{T}` has no undo, and the chain is still before its pivot",
    label = "this step cannot be taken back here",
    note = "implement `Reversible` for it, place it with `.step_without_undo(step, \"why\")` or `.read(step)`, or move it behind `.pivot(..)`"
)]
pub trait Admits<S: State, T> {
    #[doc(hidden)]
    fn erase(step: T) -> (Arc<dyn AnyStep<S>>, Undo);
}

macro_rules! admits {
    ($bound:ident, $wrap:ident, $undo:ident: $($phase:ty),+) => {
        $(impl<S: State, T: $bound<S>> Admits<S, T> for $phase {
            fn erase(step: T) -> (Arc<dyn AnyStep<S>>, Undo) {
                (Arc::new($wrap::new(step)), Undo::$undo)
            }
        })+
    };
}
admits!(Reversible, WithUndo, Reversible: Before, LegBefore);
admits!(Step, WithoutUndo, Forward: After, LegAfter);

/// Where the pivot may stand: on the main chain, once.
#[diagnostic::on_unimplemented(
    message = "no pivot may stand here: a workflow has one point of no return, on its main chain",
    label = "a second pivot, or a pivot inside a leg",
    note = "place what must become true together into one pivot before this"
)]
pub trait MayPivot {}
impl MayPivot for Before {}

/// Where something may be declared to need no undo.
#[diagnostic::on_unimplemented(message = "after the pivot nothing is undone: use `.step(..)`")]
pub trait Undoes {}
impl Undoes for Before {}
impl Undoes for LegBefore {}
