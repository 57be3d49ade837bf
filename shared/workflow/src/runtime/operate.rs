//! Acts of operators: each reaches the driver of its instance, which journals who asked for it.

use crate::code::CodeError;
use crate::core::{Entry, Input, Refused};
use crate::define::Kind;
use crate::runtime::driver::{Command, Driver};
use crate::runtime::transition::{Failed, Outside};
use crate::runtime::{Engine, EngineError, OperatorError};
use crossdock_model::InstanceId;
use crossdock_store::Cause;
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Who acts, and why.
#[derive(Debug, Clone)]
pub struct Act {
    /// The operator.
    pub by: String,
    /// Their reason.
    pub why: String,
}

/// What a driver is asked to do, with the reply it owes.
pub(crate) struct Operation {
    what: What,
    outside: Outside,
    reply: oneshot::Sender<Result<Vec<Entry>, NotDone>>,
}

pub(super) enum What {
    Signal {
        name: String,
        id: String,
        payload: Arc<RawValue>,
    },
    Cancel(Act),
    Retry(Option<String>, Act),
    Skip {
        node: String,
        out: Arc<RawValue>,
        act: Act,
    },
}

/// Why it was not done.
#[derive(Debug)]
pub(super) enum NotDone {
    NoNode(String),
    Unreadable(CodeError),
    Failed(Failed),
}

impl Driver {
    /// Does it and replies; only a failure of the engine itself ends the driver.
    pub(crate) async fn operate(&mut self, operation: Operation) -> Result<(), Failed> {
        let Operation {
            what,
            outside,
            reply,
        } = operation;
        let done = match self.prepare(what) {
            Ok(input) => self
                .transition(&[input], outside)
                .await
                .map_err(NotDone::Failed),
            Err(not_done) => Err(not_done),
        };
        let fatal = match &done {
            Err(NotDone::Failed(failed)) => match failed {
                Failed::Refused(Refused::Operator(_) | Refused::Start(_)) | Failed::Inbox => None,
                Failed::Refused(Refused::Illegal(_))
                | Failed::Claim { .. }
                | Failed::Exists(_)
                | Failed::Fenced
                | Failed::Store(_)
                | Failed::Defect(_) => Some(failed.clone()),
            },
            Ok(_) | Err(NotDone::NoNode(_) | NotDone::Unreadable(_)) => None,
        };
        // Whoever asked may have gone; what was done stands in the journal.
        drop(reply.send(done));
        fatal.map_or(Ok(()), Err)
    }

    fn prepare(&self, what: What) -> Result<Input, NotDone> {
        let node = |name: &str| {
            let found = self.plan.definition.position(name);
            found.ok_or_else(|| NotDone::NoNode(name.to_owned()))
        };
        let readable = |n: usize, out: &RawValue| {
            self.plan
                .book
                .readable(n, &self.instance.state, out)
                .map_err(NotDone::Unreadable)
        };
        Ok(match what {
            What::Signal { name, id, payload } => {
                let n = node(&name)?;
                let waits = |node: &crate::Node| matches!(node.kind, Kind::Wait { .. });
                if !self.plan.definition.node(n).is_some_and(waits) {
                    return Err(NotDone::NoNode(name));
                }
                readable(n, &payload)?;
                Input::Signal { name, id, payload }
            }
            What::Cancel(Act { by, why }) => Input::Cancel { by, why },
            What::Retry(name, Act { by, why }) => Input::Resume {
                node: name.as_deref().map(node).transpose()?,
                by,
                why,
            },
            What::Skip {
                node: name,
                out,
                act: Act { by, why },
            } => {
                let n = node(&name)?;
                let forward = self.instance.phase == crate::core::Phase::Forward;
                if forward {
                    readable(n, &out)?;
                }
                Input::Skip {
                    node: n,
                    out,
                    by,
                    why,
                }
            }
        })
    }
}

impl Engine {
    /// Cancels what has not reached its pivot: everything done is undone.
    pub async fn cancel(&self, id: InstanceId, act: &Act) -> Result<(), OperatorError> {
        self.act(id, "workflow.cancel", act, What::Cancel(act.clone()))
            .await
    }

    /// Lets parked nodes go on: that one, or all.
    pub async fn retry(
        &self,
        id: InstanceId,
        node: Option<&str>,
        act: &Act,
    ) -> Result<(), OperatorError> {
        let what = What::Retry(node.map(str::to_owned), act.clone());
        self.act(id, "workflow.retry", act, what).await
    }

    /// Takes a node as done, with what it would have brought; an undo that is stuck, as undone.
    pub async fn skip(
        &self,
        id: InstanceId,
        node: &str,
        output: &serde_json::Value,
        act: &Act,
    ) -> Result<(), OperatorError> {
        let out = serde_json::value::to_raw_value(output)
            .map_err(|error| OperatorError::Unreadable(error.to_string()))?;
        let what = What::Skip {
            node: node.to_owned(),
            out: out.into(),
            act: act.clone(),
        };
        self.act(id, "workflow.skip", act, what).await
    }

    async fn act(
        &self,
        id: InstanceId,
        operation: &'static str,
        act: &Act,
        what: What,
    ) -> Result<(), OperatorError> {
        let broken = |error: &dyn std::fmt::Display| OperatorError::Broken(error.to_string());
        let stored = self
            .inner
            .store
            .instance(id)
            .map_err(|error| broken(&error))?;
        let stored = stored.ok_or_else(|| OperatorError::NotFound(format!("instance {id}")))?;
        let cause = Cause {
            tenant: stored.row.birth.tenant,
            caller: act.by.as_str().into(),
            operation: operation.into(),
            correlation: stored.row.birth.correlation,
            traceparent: None,
            claim: None,
        };
        match self
            .send(
                id,
                what,
                Outside {
                    cause: Some(cause),
                    inbox: None,
                },
            )
            .await
        {
            Ok(Ok(_entries)) => Ok(()),
            Ok(Err(NotDone::NoNode(node))) => Err(OperatorError::NotFound(format!("node {node}"))),
            Ok(Err(NotDone::Unreadable(error))) => {
                Err(OperatorError::Unreadable(error.to_string()))
            }
            Ok(Err(NotDone::Failed(Failed::Refused(refused)))) => {
                Err(OperatorError::Impossible(refused.to_string()))
            }
            Ok(Err(NotDone::Failed(failed))) => Err(broken(&failed)),
            Err(error) => Err(broken(&error)),
        }
    }

    pub(super) async fn send(
        &self,
        id: InstanceId,
        what: What,
        outside: Outside,
    ) -> Result<Result<Vec<Entry>, NotDone>, EngineError> {
        let (reply, answer) = oneshot::channel();
        let operation = Box::new(Operation {
            what,
            outside,
            reply,
        });
        let sent = self.inner.awaken(id, |live| {
            live.mail.send(Command::Operate(operation)).is_ok()
        });
        if !sent.await? {
            let why = "its task has just ended; try again".to_owned();
            return Err(EngineError::Unreadable { instance: id, why });
        }
        answer.await.map_err(|_dropped| EngineError::Unreadable {
            instance: id,
            why: "its task ended before it answered; try again".to_owned(),
        })
    }
}
