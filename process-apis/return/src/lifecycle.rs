//! What a return's workflow writes about its own life: a refusal's answer; whose case trouble is.

use crate::records::FEED;
use crate::workflow::Returning;
use crossdock_desk::{Case, Concerns, refusal_answer};
use crossdock_model::Refusal;
use crossdock_store::Changes;
use crossdock_workflow::{Lifecycle, Loaded, Moment};

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
}

impl Concerns for Returning {
    fn case(&self) -> Case {
        Case {
            feed: FEED,
            order: self.returned.order_id,
            return_id: Some(self.returned.id),
        }
    }
}
