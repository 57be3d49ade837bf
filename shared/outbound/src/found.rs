//! A look-up whose "not found" is an answer.

use crate::{Attempted, Call};
use crossdock_model::Fault;
use serde::de::DeserializeOwned;

impl Call<'_> {
    /// Makes the call; what is not found there is none.
    pub async fn found<T: DeserializeOwned>(self) -> Attempted<T> {
        found(self.send().await)
    }
}

/// What a look-up found, or nothing where it was refused as `not_found`.
pub fn found<T>(looked_up: Result<T, Fault>) -> Attempted<T> {
    match looked_up {
        Ok(there) => Ok(Some(there)),
        Err(Fault::Refused(refusal)) if refusal.code == "not_found" => Ok(None),
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_as_not_found_says_that_nothing_is_there() {
        assert_eq!(found(Ok(1)), Ok(Some(1)));
        assert_eq!(
            found::<u8>(Err(Fault::refused("not_found", "no"))),
            Ok(None)
        );
        for fault in [Fault::refused("gone", "erased"), Fault::poison("not_found")] {
            assert_eq!(found::<u8>(Err(fault.clone())), Err(fault));
        }
    }
}
