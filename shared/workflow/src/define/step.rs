//! The traits a workflow's parts implement: steps, the pivot, waits.

use crate::define::{Loaded, Moment, Placement, Retry, State};
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;

/// One outward effect, safe to repeat under its key.
///
/// Its identity in journals is `NAME@MAJOR`; raise `MAJOR` when `Out` or the meaning of `run` changes.
pub trait Step<S: State>: Send + Sync + Sized + 'static {
    /// The node's id, kebab-case, unique in its workflow.
    const NAME: &'static str;
    /// The generation of its contract.
    const MAJOR: u16 = 1;
    /// How it is repeated, and how long one attempt may take.
    const RETRY: Retry = Retry::STANDARD;
    /// What is journaled of its result: facts, ids, amounts.
    type Out: Serialize + DeserializeOwned + Send + 'static;

    /// Brings the effect about. May run more than once for one key, never twice at a time.
    fn run(
        &self,
        delivery: &Delivery,
        state: &S,
    ) -> impl Future<Output = Result<Self::Out, Fault>> + Send;

    /// The records that [`choose`](Self::choose) and [`changes`](Self::changes) read; `state` is that before the step.
    fn reads(_state: &S) -> Vec<RecordRef> {
        Vec::new()
    }

    /// What its completion takes from the records, on top of what the attempt brought; the result is journaled.
    ///
    /// In the commit that finishes the step, and again over fresh records when one of them had changed; not where a
    /// person gives the result. A refusal is that of [`changes`](Self::changes).
    fn choose(
        _state: &S,
        out: Self::Out,
        _loaded: &Loaded,
        _moment: &Moment,
    ) -> Result<Self::Out, Refusal> {
        Ok(out)
    }

    /// Folds the journaled result into the state. Pure: it is run again on every load, and no record is there then.
    fn record(state: &mut S, out: Self::Out);

    /// What its completion changes, in the completion's own batch; `state` is already folded.
    ///
    /// Over the records that the result was chosen from. A refusal counts as the step's refusal before the
    /// pivot (the step is undone as well), and parks it after.
    fn changes(_state: &S, _loaded: &Loaded, _moment: &Moment) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }

    /// What an operator should do when it parks with that code.
    fn next_action(_code: &str) -> &'static str {
        "Read the reason, mend its cause, then retry the node; skip it with an output if it was done by hand."
    }

    /// How it stands in a chain; the wrappers of `when`, `or` and `named` add to it.
    #[doc(hidden)]
    fn placement(&self) -> Placement<S> {
        Placement::plain(Self::NAME)
    }
}

/// A step that can be taken back before the pivot.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no undo, and the chain is still before its pivot",
    label = "this step cannot be taken back here",
    note = "implement `Reversible` for it, place it with `.step_without_undo(step, \"why\")` or `.read(step)`, or move it behind `.pivot(..)`"
)]
pub trait Reversible<S: State>: Step<S> {
    /// Takes the effect back. Idempotent, content when there is nothing to undo, under a key of its own.
    fn undo(
        &self,
        delivery: &Delivery,
        state: &S,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// The point of no return: one local commit, no outward call.
pub trait Pivot<S: State>: Send + Sync + 'static {
    /// The node's id, kebab-case, unique in its workflow.
    const NAME: &'static str;
    /// The generation of its contract.
    const MAJOR: u16 = 1;

    /// What is decided, and journaled: facts, ids, amounts.
    type Out: Serialize + DeserializeOwned + Send + 'static;

    /// The records that [`choose`](Self::choose) and [`changes`](Self::changes) read.
    fn reads(_state: &S) -> Vec<RecordRef> {
        Vec::new()
    }

    /// Decides, over the records as they stand in the commit. A refusal undoes everything before the pivot.
    ///
    /// Called again with fresh records when one of them had changed in between.
    fn choose(state: &S, loaded: &Loaded, moment: &Moment) -> Result<Self::Out, Refusal>;

    /// Folds what was decided into the state. Pure: it is run again on every load, and no record is there then.
    fn record(state: &mut S, out: Self::Out);

    /// What becomes true with it, over the same records; `state` is already folded.
    ///
    /// A refusal is one of [`choose`](Self::choose).
    fn changes(state: &S, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal>;
}

/// A signal from outside that the workflow waits for, never without a deadline.
pub trait Await<S: State>: Send + Sync + 'static {
    /// The node's id, which is also the signal's name.
    const NAME: &'static str;
    /// The generation of its contract.
    const MAJOR: u16 = 1;
    /// The deadline of the wait, from when it is reached.
    const DEADLINE: Duration;
    /// What the signal carries; it is journaled.
    type Signal: Serialize + DeserializeOwned + Send + 'static;

    /// Folds the signal into the state. Pure.
    fn record(state: &mut S, signal: Self::Signal);

    /// The records that [`changes`](Self::changes) reads.
    fn reads(_state: &S) -> Vec<RecordRef> {
        Vec::new()
    }

    /// What the signal's arrival changes, in the same batch.
    fn changes(_state: &S, _loaded: &Loaded, _moment: &Moment) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }

    /// What a person has to decide, with a code for the desk: the wait parks as soon as it is reached, and goes on when
    /// the signal comes or a person gives its content by hand. None where nobody has to be asked before the deadline.
    fn asks(_state: &S) -> Option<Refusal> {
        None
    }

    /// What happens when nobody signals in time.
    fn on_deadline() -> OnDeadline {
        OnDeadline::Park
    }

    /// What an operator should do when it parks with that code.
    fn next_action(_code: &str) -> &'static str {
        "Find out why nobody answered; then retry the node to wait again, or skip it with the signal's content."
    }

    /// How it stands in a chain; the wrapper of `when` adds to it.
    #[doc(hidden)]
    fn placement(&self) -> Placement<S> {
        Placement::plain(Self::NAME)
    }
}

/// What a wait does at its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnDeadline {
    /// The wait parks, and a person decides.
    Park,
    /// Everything before is undone; only before the pivot.
    Undo,
    /// The workflow goes on as if nothing had been awaited.
    Proceed,
}
