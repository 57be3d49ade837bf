//! When a reader's place is written to its store: at once where nothing was written for a second, else with what comes until then.
//!
//! Each event under load would cost a batch of its own, which says only what the next one says again. What was handled and
//! is not in the place yet comes again after a crash, as it does after a crash between handling and writing.

use super::progress::Progress;
use super::unsaved::Unsaved;
use super::{Inner, Working};
use crossdock_model::Fault;

impl Inner {
    /// Writes the place at the end, when nobody reads on for now.
    pub(super) async fn save_place(&self, working: &mut Working) -> Result<(), Fault> {
        match &working.progress {
            Some(progress) => self.save_now(progress, &mut working.unsaved).await,
            None => Ok(()),
        }
    }

    /// Writes the place where it is time.
    pub(super) async fn save_if_due(
        &self,
        progress: &Progress,
        unsaved: &mut Unsaved,
    ) -> Result<(), Fault> {
        if unsaved.is_due(self.reader.clock.now()) {
            self.save_now(progress, unsaved).await?;
        }
        Ok(())
    }

    /// Writes the place where the store does not have it.
    pub(super) async fn save_now(
        &self,
        progress: &Progress,
        unsaved: &mut Unsaved,
    ) -> Result<(), Fault> {
        if unsaved.due_at().is_none() {
            return Ok(());
        }
        self.save(progress).await?;
        *unsaved = Unsaved::nothing_since(self.reader.clock.now());
        Ok(())
    }
}
