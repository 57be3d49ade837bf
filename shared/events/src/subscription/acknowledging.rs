//! When a reader tells its source how far it has come: before it reads anything, and lazily from then on.

use super::Inner;
use super::progress::{Acknowledged, Progress};
use super::source::Answer;
use super::unsaved::Unsaved;
use crossdock_model::Timestamp;
use std::time::Duration;

/// No sooner is the source told again: what leaves for the archive is far older.
const EVERY: Duration = Duration::from_mins(10);
/// How long to leave a source alone that did not take it.
const PAUSE: Duration = Duration::from_mins(1);

impl Inner {
    /// Tells the source how far the reader has come, where it is time: a reader that is not registered may not read.
    /// Everything of `progress` is in the reader's own store before, or what was told could be ahead of it after a crash.
    pub(super) async fn acknowledge(
        &self,
        (progress, unsaved): (&Progress, &mut Unsaved),
        last: &mut Option<Acknowledged>,
    ) -> Answer<()> {
        let now = self.reader.clock.now();
        if let Some(last) = last
            && last.due_at(progress).is_none_or(|at| at > now)
        {
            return Ok(Ok(()));
        }
        self.save_now(progress, unsaved).await?;
        let after = |pause| now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        let place = progress.acknowledged();
        let name = &self.reader.name;
        match (self.source.acknowledge(&place, name, now).await, last) {
            (Ok(Ok(())), last) => {
                let again_at = after(EVERY);
                *last = Some(Acknowledged { place, again_at });
            }
            // What was told before holds: more stays in the feed than has to.
            (Err(fault), Some(last)) => {
                tracing::warn!(reader = %name, %fault, "the feed cannot be told how far its reader has come");
                last.again_at = after(PAUSE);
            }
            (answer, _) => return answer,
        }
        Ok(Ok(()))
    }
}
