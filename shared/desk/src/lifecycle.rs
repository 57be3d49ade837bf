//! Lifecycle hooks with the exception desk in them: what parks opens a case, what goes on resolves it.

use crate::Case;
use crossdock_model::Refusal;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Lifecycle, Loaded, Moment, Parked, Resumed, State};

/// A workflow state that knows the case its exceptions are filed under.
pub trait HasCase: State {
    /// The case of this instance.
    fn case(&self) -> Case;
}

/// Files every parked node at the exception desk; all other hooks are those of `L`.
#[derive(Debug)]
pub struct WithDesk<L>(pub L);

/// No lifecycle hooks of its own: for `WithDesk(NoHooks)`, where only exceptions are reported.
#[derive(Debug)]
pub struct NoHooks;

impl<S: State> Lifecycle<S> for NoHooks {}

impl<S: HasCase, L: Lifecycle<S>> Lifecycle<S> for WithDesk<L> {
    fn reads(&self, state: &S) -> Vec<RecordRef> {
        self.0.reads(state)
    }

    fn started(&self, state: &S, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        self.0.started(state, loaded, moment)
    }

    fn refused(
        &self,
        state: &S,
        refusal: &Refusal,
        loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        self.0.refused(state, refusal, loaded, moment)
    }

    fn completed(&self, state: &S, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        self.0.completed(state, loaded, moment)
    }

    fn parked(
        &self,
        state: &S,
        parked: &Parked,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        state.case().opened(moment, state.at_risk(), parked)
    }

    fn resumed(
        &self,
        state: &S,
        resumed: &Resumed,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        state.case().resolved(moment, resumed)
    }
}
