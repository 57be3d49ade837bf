//! A workflow's life with the desk in it: what parks opens a case, what goes on resolves it.

use crate::Case;
use crossdock_model::Refusal;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Lifecycle, Loaded, Moment, Parked, Resumed, State};

/// A state that knows which case its trouble is.
pub trait Concerns: State {
    /// The case.
    fn case(&self) -> Case;
}

/// A life whose trouble goes to the desk; what else it writes is the inner life's.
#[derive(Debug)]
pub struct WithDesk<L>(pub L);

/// A life of which only its trouble is worth a word.
#[derive(Debug)]
pub struct Uneventful;

impl<S: State> Lifecycle<S> for Uneventful {}

impl<S: Concerns, L: Lifecycle<S>> Lifecycle<S> for WithDesk<L> {
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
