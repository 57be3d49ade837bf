//! Acts of operators: each reaches the driver of its instance, which journals who asked for it.

use crate::core::{Entry, Input, Phase, Refused};
use crate::define::{Kind, Node};
use crate::runtime::command::{
    Act, Command, NotDone, Operation, Request, TransitionError, Trigger,
};
use crate::runtime::driver::Driver;
use crate::runtime::engine::Engine;
use crate::runtime::outcome::{EngineError, OperatorError};
use crossdock_model::InstanceId;
use crossdock_store::Cause;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

impl Driver {
    /// Does it and replies; only a failure of the engine itself ends the driver.
    pub(crate) async fn operate(&mut self, operation: Operation) -> Result<(), TransitionError> {
        let Operation {
            request,
            trigger,
            reply,
        } = operation;
        let done = match self.prepare(request) {
            Ok(input) => self
                .transition(&[input], trigger)
                .await
                .map_err(NotDone::Failed),
            Err(not_done) => Err(not_done),
        };
        let fatal = match &done {
            Err(NotDone::Failed(failed)) => match failed {
                TransitionError::Refused(Refused::Operator(_) | Refused::Start(_))
                | TransitionError::Inbox => None,
                TransitionError::Refused(Refused::Illegal(_))
                | TransitionError::Claim { .. }
                | TransitionError::Exists(_)
                | TransitionError::Fenced
                | TransitionError::Store(_)
                | TransitionError::Defect(_) => Some(failed.clone()),
            },
            Ok(_) | Err(NotDone::NoNode(_) | NotDone::Unreadable(_)) => None,
        };
        // Whoever asked may have gone; what was done stands in the journal.
        drop(reply.send(done));
        fatal.map_or(Ok(()), Err)
    }

    fn prepare(&self, request: Request) -> Result<Input, NotDone> {
        let node = |name: &str| {
            let found = self.plan.definition.position(name);
            found.ok_or_else(|| NotDone::NoNode(name.to_owned()))
        };
        let readable = |n: usize, out: &RawValue| {
            self.plan
                .code
                .readable(n, &self.instance.state, out)
                .map_err(NotDone::Unreadable)
        };
        Ok(match request {
            Request::Signal { name, id, payload } => {
                let n = node(&name)?;
                let waits = |node: &Node| matches!(node.kind, Kind::Wait { .. });
                if !self.plan.definition.node(n).is_some_and(waits) {
                    return Err(NotDone::NoNode(name));
                }
                readable(n, &payload)?;
                Input::Signal { name, id, payload }
            }
            Request::Cancel(Act { by, why }) => Input::Cancel { by, why },
            Request::Retry(name, Act { by, why }) => Input::Resume {
                node: name.as_deref().map(node).transpose()?,
                by,
                why,
            },
            Request::Skip {
                node: name,
                out,
                act: Act { by, why },
            } => {
                let n = node(&name)?;
                let forward = self.instance.phase == Phase::Forward;
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
        self.act(id, "workflow.cancel", act, Request::Cancel(act.clone()))
            .await
    }

    /// Lets parked nodes go on: that one, or all.
    pub async fn retry(
        &self,
        id: InstanceId,
        node: Option<&str>,
        act: &Act,
    ) -> Result<(), OperatorError> {
        let request = Request::Retry(node.map(str::to_owned), act.clone());
        self.act(id, "workflow.retry", act, request).await
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
        let request = Request::Skip {
            node: node.to_owned(),
            out: out.into(),
            act: act.clone(),
        };
        self.act(id, "workflow.skip", act, request).await
    }

    async fn act(
        &self,
        id: InstanceId,
        operation: &'static str,
        act: &Act,
        request: Request,
    ) -> Result<(), OperatorError> {
        let broken = |error: &dyn std::fmt::Display| OperatorError::Broken(error.to_string());
        let stored = self
            .inner
            .store
            .instance(id)
            .await
            .map_err(|error| broken(&error))?;
        let stored = stored.ok_or_else(|| OperatorError::NotFound(format!("instance {id}")))?;
        let cause = Cause {
            tenant: stored.row.header.tenant,
            caller: act.by.as_str().into(),
            operation: operation.into(),
            correlation: stored.row.header.correlation,
            traceparent: None,
            claim: None,
        };
        match self
            .send(
                id,
                request,
                Trigger {
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
            Ok(Err(NotDone::Failed(TransitionError::Refused(refused)))) => {
                Err(OperatorError::Impossible(refused.to_string()))
            }
            Ok(Err(NotDone::Failed(failed))) => Err(broken(&failed)),
            Err(error) => Err(broken(&error)),
        }
    }

    pub(super) async fn send(
        &self,
        id: InstanceId,
        request: Request,
        trigger: Trigger,
    ) -> Result<Result<Vec<Entry>, NotDone>, EngineError> {
        let (reply, answer) = oneshot::channel();
        let operation = Box::new(Operation {
            request,
            trigger,
            reply,
        });
        let sent = self.inner.activate(id, |live| {
            live.mailbox.send(Command::Operate(operation)).is_ok()
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
