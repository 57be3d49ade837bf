//! What a refused return writes: the refusal, as the answer to its caller.

use crate::settlement::state::Returning;
use crossdock_desk::refusal_answer;
use crossdock_model::Refusal;
use crossdock_store::Changes;
use crossdock_workflow::{Lifecycle, Loaded, Moment};

pub(crate) struct SettlementHooks;

impl Lifecycle<Returning> for SettlementHooks {
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
