//! Crash points, for the tests that prove what survives a crash: only with the feature `crash-points`.

use crossdock_outbound::crash::CallBoundary;
use crossdock_store::crash::{self, CrashPoint};
use crossdock_workflow::{Boundary, Builder, CrashHook};
use std::fmt;
use std::sync::Arc;

/// Kills the process where `CRASH_AT=workflow/node/boundary` says; nodes may hold slashes of their own.
struct CrashAt(String);

impl CrashHook for CrashAt {
    fn reached(&self, workflow: &str, node: &str, boundary: Boundary) {
        if self.0 == format!("{workflow}/{node}/{}", boundary.as_str()) {
            crash::die();
        }
    }
}

/// A test's observer of every boundary that a workflow reaches, as `workflow/node/boundary`.
#[derive(Clone)]
pub struct BoundaryObserver(Arc<dyn Fn(&str) + Send + Sync>);

impl BoundaryObserver {
    /// Calls that function at each boundary, before the engine goes on.
    pub fn new(reached: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(reached))
    }
}

impl CrashHook for BoundaryObserver {
    fn reached(&self, workflow: &str, node: &str, boundary: Boundary) {
        (self.0)(&format!("{workflow}/{node}/{}", boundary.as_str()));
    }
}

impl fmt::Debug for BoundaryObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoundaryObserver")
    }
}

/// The builder with its crash hook, and the store's points armed by `CRASH_NTH=point:n`.
pub(crate) fn armed(builder: Builder, observer: Option<&BoundaryObserver>) -> Builder {
    if let Some((point, nth)) = crossdock_settings::crash_nth() {
        if let Some(point) = store_point(&point) {
            crossdock_outbound::crash::watch(|moment| crash::hit(outbound_point(moment)));
            crash::arm(point, nth);
        } else {
            tracing::error!(point, "CRASH_NTH names no crash point");
        }
    }
    match crossdock_settings::crash_at() {
        Some(place) => builder.crash_hook(Arc::new(CrashAt(place))),
        None => match observer {
            Some(observer) => builder.crash_hook(Arc::new(observer.clone())),
            None => builder,
        },
    }
}

fn outbound_point(boundary: CallBoundary) -> CrashPoint {
    match boundary {
        CallBoundary::BeforeSend => CrashPoint::BeforeSend,
        CallBoundary::AfterAnswer => CrashPoint::AfterAnswer,
    }
}

fn store_point(name: &str) -> Option<CrashPoint> {
    Some(match name {
        "before-commit" => CrashPoint::BeforeCommit,
        "after-commit" => CrashPoint::AfterCommitBeforeAck,
        "before-send" => CrashPoint::BeforeSend,
        "after-answer" => CrashPoint::AfterAnswer,
        _unknown => return None,
    })
}
