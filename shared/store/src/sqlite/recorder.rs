//! Hands every batch that is written to whoever asked for them.

use crate::Batch;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};

/// Where batches go, once somebody asked; all handles on a store share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorder(Arc<OnceLock<Sender<Batch>>>);

/// A batch that is handed over if it comes to be written.
pub(super) struct Recorded(Option<(Sender<Batch>, Batch)>);

impl Recorder {
    /// Begins, where it has not begun yet.
    pub(super) fn begin(&self) -> Option<Receiver<Batch>> {
        let (to, from) = channel();
        self.0.set(to).ok().map(|()| from)
    }

    pub(super) fn recorded(&self, batch: &Batch) -> Recorded {
        let to = self.0.get().cloned();
        Recorded(to.map(|to| (to, batch.clone())))
    }
}

impl Recorded {
    pub(super) fn hand_over(self) {
        if let Some((to, batch)) = self.0 {
            // Whoever asked may have gone.
            drop(to.send(batch));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Batch, CursorWrite, Epoch, QueueClass, Shard, SqliteStore, Store as _};
    use crossdock_model::Timestamp;

    #[tokio::test]
    async fn what_is_written_is_handed_over_once_and_what_is_turned_away_is_not() {
        let store = SqliteStore::memory().unwrap();
        let recording = store.recording().unwrap();
        assert!(store.recording().is_none());
        for (epoch, position) in [(2, "first"), (1, "fenced off"), (2, "second")] {
            let mut batch = Batch::new(Shard(0), Timestamp::UNIX_EPOCH);
            batch.fence = Some(Epoch(epoch));
            batch.cursor = Some(CursorWrite {
                reader: "order/oms".into(),
                position: position.into(),
            });
            store.append(QueueClass::Progress, batch).await.unwrap();
        }
        let written = recording.try_iter().filter_map(|batch| batch.cursor);
        let written: Vec<_> = written.map(|cursor| cursor.position).collect();
        assert_eq!(written, ["first".into(), "second".into()]);
    }
}
