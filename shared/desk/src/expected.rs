//! Answers about what our own records say is there.

use crossdock_model::Fault;

/// The same answer, but what is not there is not there yet: its own workflow brings it, and until then it is asked again.
///
/// For an effect that builds on another workflow's (a restore on its burn, a reversal on its accrual), once the
/// order's record says that the other one is under way.
pub fn expected<T>(answer: Result<T, Fault>) -> Result<T, Fault> {
    match answer {
        Err(Fault::Refused(refusal)) if refusal.code == "not_found" => Err(Fault::Retry {
            after: None,
            why: format!("not there yet: {}", refusal.detail),
        }),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_there_is_waited_for() {
        let missing: Result<(), Fault> = Err(Fault::refused("not_found", "no accrual"));
        let waits = expected(missing);
        assert!(matches!(waits, Err(Fault::Retry { .. })), "{waits:?}");
        let refused: Result<(), Fault> = Err(Fault::refused("wrong_units", "A#3"));
        assert_eq!(expected(refused.clone()), refused);
        assert_eq!(expected(Ok(1)), Ok(1));
    }
}
