//! Who may fly: all attempts of the process together, or a suspect alone.
//!
//! An attempt holds its pass from before the append that announces it until after the append of its outcome, so at any
//! death the journal names exactly those that were under way. Whoever waits to fly alone keeps others from beginning.

use crate::core::{Clearance, Place};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// The one runway of a process: many share it, or one has it.
#[derive(Debug, Default)]
pub(crate) struct Runway(Arc<RwLock<()>>);

/// The right to begin attempts; the runway is as free as before once it is dropped.
#[derive(Debug)]
pub(crate) enum Pass {
    /// With others.
    Common { _share: OwnedRwLockReadGuard<()> },
    /// That suspect, and nobody else.
    Alone {
        place: Place,
        _whole: OwnedRwLockWriteGuard<()>,
    },
}

/// A pass that is asked for and not given yet.
pub(crate) struct Wish {
    /// The suspect that wants to be alone; none where it is for all others.
    pub(crate) alone: Option<Place>,
    granted: BoxFuture<'static, Pass>,
}

impl Runway {
    /// A pass to fly with others, unless somebody flies alone or waits to.
    pub(crate) fn common(&self) -> Option<Pass> {
        let share = Arc::clone(&self.0).try_read_owned();
        share.ok().map(|share| Pass::Common { _share: share })
    }

    /// Asks for a pass; passes are given in the order they were asked for.
    pub(crate) fn wish(&self, alone: Option<Place>) -> Wish {
        let runway = Arc::clone(&self.0);
        let granted: BoxFuture<'static, Pass> = match alone {
            Some(place) => Box::pin(async move {
                let whole = runway.write_owned().await;
                Pass::Alone {
                    place,
                    _whole: whole,
                }
            }),
            None => Box::pin(async move {
                let share = runway.read_owned().await;
                Pass::Common { _share: share }
            }),
        };
        Wish { alone, granted }
    }
}

impl Pass {
    /// What may begin under it.
    pub(crate) fn clearance(&self) -> Clearance {
        match self {
            Self::Common { .. } => Clearance::Common,
            Self::Alone { place, .. } => Clearance::Alone(*place),
        }
    }

    /// Whether that attempt may fly under it.
    pub(crate) fn clears(&self, place: Place) -> bool {
        match self {
            Self::Common { .. } => true,
            Self::Alone { place: only, .. } => *only == place,
        }
    }
}

/// Ends when the wish is granted; where there is none, never.
pub(crate) async fn granted(wish: &mut Option<Wish>) -> Pass {
    match wish {
        Some(wish) => wish.granted.as_mut().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn who_wants_to_be_alone_waits_for_those_under_way_and_keeps_others_from_beginning() {
        let runway = Runway::default();
        let under_way = runway.common();
        let (mut first, mut second) = (
            Some(runway.wish(Some((1, false)))),
            Some(runway.wish(Some((2, false)))),
        );
        assert!(granted(&mut first).now_or_never().is_none());
        assert!(granted(&mut second).now_or_never().is_none());
        assert!(runway.common().is_none(), "nothing begins beside a suspect");
        drop(under_way);
        let alone = granted(&mut first).now_or_never().unwrap();
        assert!(
            granted(&mut second).now_or_never().is_none(),
            "one at a time"
        );
        assert!(alone.clears((1, false)) && !alone.clears((1, true)));
        drop(alone);
        assert!(granted(&mut second).now_or_never().is_some());
        assert!(runway.common().is_some());
    }

    #[test]
    fn a_wish_that_is_given_up_is_in_nobodys_way() {
        let runway = Runway::default();
        let under_way = runway.common();
        let mut wish = Some(runway.wish(Some((1, false))));
        assert!(granted(&mut wish).now_or_never().is_none());
        drop(wish);
        assert!(runway.common().is_some());
        drop(under_way);
    }
}
