//! What a return's workflow writes about its own life: a refusal's answer, trouble, going on.

use crate::records::FEED;
use crate::workflow::Returning;
use crossdock_desk::{Case, refusal_answer};
use crossdock_model::Refusal;
use crossdock_store::Changes;
use crossdock_workflow::{Lifecycle, Loaded, Moment, Parked, Resumed, State as _};

pub(crate) struct ReturningLife;

impl Lifecycle<Returning> for ReturningLife {
    fn refused(
        &self,
        _state: &Returning,
        refusal: &Refusal,
        _loaded: &Loaded,
        _moment: &Moment,
    ) -> Result<Changes, Refusal> {
        let answer = Some(refusal_answer(refusal)?);
        Ok(Changes {
            answer,
            ..Changes::none()
        })
    }

    fn parked(
        &self,
        state: &Returning,
        parked: &Parked,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        case(state).opened(moment, state.at_risk(), parked)
    }

    fn resumed(
        &self,
        state: &Returning,
        resumed: &Resumed,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Changes, Refusal> {
        case(state).resolved(moment, resumed)
    }
}

fn case(state: &Returning) -> Case {
    Case {
        feed: FEED,
        order: state.returned.order_id,
        return_id: Some(state.returned.id),
    }
}
