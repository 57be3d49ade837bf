//! Dying on purpose, for the tests that prove what survives: only with the feature `crash-points`.

use crossdock_outbound::crash::Moment;
use crossdock_store::crash::{self, CrashPoint};
use crossdock_workflow::{Boundary, Builder, CrashHook};
use std::fmt;
use std::sync::Arc;

/// Dies where `CRASH_AT=workflow/node/boundary` says; nodes may hold slashes of their own.
struct DieAt(String);

impl CrashHook for DieAt {
    fn reached(&self, workflow: &str, node: &str, boundary: Boundary) {
        if self.0 == format!("{workflow}/{node}/{}", boundary.as_str()) {
            crash::die();
        }
    }
}

/// Somebody in a test who is told of every boundary, as `workflow/node/boundary`.
#[derive(Clone)]
pub struct Watcher(Arc<dyn Fn(&str) + Send + Sync>);

impl Watcher {
    /// Told by that function.
    pub fn new(told: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }
}

impl CrashHook for Watcher {
    fn reached(&self, workflow: &str, node: &str, boundary: Boundary) {
        (self.0)(&format!("{workflow}/{node}/{}", boundary.as_str()));
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

/// The builder with its probe, and the store's points armed by `CRASH_NTH=point:n`.
pub(crate) fn armed(builder: Builder, watcher: Option<&Watcher>) -> Builder {
    if let Some((point, nth)) = crossdock_settings::crash_nth() {
        if let Some(point) = point_of(&point) {
            crossdock_outbound::crash::watch(|moment| crash::hit(on_the_wire(moment)));
            crash::arm(point, nth);
        } else {
            tracing::error!(point, "CRASH_NTH names no crash point");
        }
    }
    match crossdock_settings::crash_at() {
        Some(place) => builder.crash_hook(Arc::new(DieAt(place))),
        None => match watcher {
            Some(watcher) => builder.crash_hook(Arc::new(watcher.clone())),
            None => builder,
        },
    }
}

fn on_the_wire(moment: Moment) -> CrashPoint {
    match moment {
        Moment::BeforeSend => CrashPoint::BeforeSend,
        Moment::AfterAnswer => CrashPoint::AfterAnswer,
    }
}

fn point_of(word: &str) -> Option<CrashPoint> {
    Some(match word {
        "before-commit" => CrashPoint::BeforeCommit,
        "after-commit" => CrashPoint::AfterCommitBeforeAck,
        "before-send" => CrashPoint::BeforeSend,
        "after-answer" => CrashPoint::AfterAnswer,
        _unknown => return None,
    })
}
