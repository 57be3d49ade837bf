//! How an instance starts, once per key.

use crate::define::State;
use crate::runtime::command::{StartCommand, TransitionError};
use crate::runtime::driver::Driver;
use crate::runtime::engine::Engine;
use crate::runtime::outcome::{StartError, Started};
use crate::runtime::plan::Plan;
use crate::runtime::progress::Progress;
use crate::runtime::run::spawn_driver;
use crate::runtime::transition::refusal_of;
use crossdock_model::InstanceId;
use crossdock_store::{Cause, Claim, InstanceHeader, MessageId, RecordWrite, Shard, StoreError};
use std::sync::Arc;
use tokio::sync::oneshot;

/// A request to start a workflow.
#[derive(Debug, Clone)]
pub struct StartRequest<'a, S> {
    /// The name of a registered workflow.
    pub workflow: &'a str,
    /// The id it will have; drawn by the caller, so that the answer can name it.
    pub id: InstanceId,
    /// The business key: one instance per workflow, tenant and key.
    pub key: Arc<str>,
    /// What decides the shard; every record that the workflow writes must be of the same.
    pub partition: &'a str,
    /// What it knows at the beginning; it is journaled.
    pub state: &'a S,
    /// New records that its first commit writes beside the journal: what a journal must not hold, because it may have
    /// to be erased. Empty for most.
    pub records: Vec<RecordWrite>,
    /// Who asked, with the idempotency key where there is one.
    pub cause: Cause,
    /// The message that asked for it, where it was one.
    pub inbox: Option<MessageId>,
}

impl Engine {
    /// Starts a workflow, or finds the one that the key had started before. Durable once answered.
    ///
    /// Dropping the future changes nothing about the start.
    pub async fn start<S: State>(
        &self,
        request: StartRequest<'_, S>,
    ) -> Result<Started, StartError> {
        let registered = self
            .inner
            .workflows
            .get(request.workflow)
            .ok_or_else(|| StartError::UnknownWorkflow(request.workflow.to_owned()))?;
        let plan = Arc::clone(&registered.plan);
        let state = registered
            .workflow
            .code
            .encode(request.state)
            .ok_or_else(|| {
                StartError::Unwritable(format!("it is not a state of {}", request.workflow))
            })?;
        let header = Arc::new(InstanceHeader {
            workflow: Arc::clone(&plan.name),
            definition: Arc::clone(&plan.hash),
            tenant: request.cause.tenant.clone(),
            key: request.key,
            correlation: request.cause.correlation.clone(),
        });
        let shard = self.inner.store.shard_of(&header.tenant, request.partition);
        let claim = request.cause.claim.clone();
        let (reply, answer) = oneshot::channel();
        let (cause, inbox) = (request.cause, request.inbox);
        let command = StartCommand {
            state,
            records: request.records,
            cause,
            inbox,
            reply,
        };
        let id = request.id;
        if self
            .spawn_new((plan, Arc::clone(&header)), (id, shard), command)
            .await?
        {
            return self.attached(id, claim.as_ref()).await;
        }
        match answer.await {
            Ok(Ok(())) => Ok(Started::New(id)),
            Ok(Err(failed)) => self.not_started(failed, &header, claim.as_ref()).await,
            Err(_dropped) => Err(StartError::Stopping),
        }
    }

    /// Hands the start to a driver of its own; true if somebody else has begun the same id.
    async fn spawn_new(
        &self,
        what: (Arc<Plan>, Arc<InstanceHeader>),
        (id, shard): (InstanceId, Shard),
        command: StartCommand,
    ) -> Result<bool, StartError> {
        loop {
            if *self.inner.stop.borrow() {
                return Err(StartError::Stopping);
            }
            let mut other = {
                let mut live = self.inner.live();
                let Some(entry) = live.by_id.get(&id) else {
                    let capacity = Arc::clone(&self.inner.capacity).try_acquire_owned();
                    let capacity = capacity.map_err(|_full| StartError::Busy)?;
                    let inner = Arc::clone(&self.inner);
                    let build = |mailbox| Driver::new(inner, what, (id, shard), mailbox, capacity);
                    spawn_driver(&mut live, id, build, Some(command));
                    return Ok(false);
                };
                entry.progress.subscribe()
            };
            // What becomes of the other start decides.
            if other.wait_for(Progress::is_stored).await.is_ok() {
                return Ok(true);
            }
        }
    }

    async fn attached(&self, id: InstanceId, claim: Option<&Claim>) -> Result<Started, StartError> {
        let broken = |error: StoreError| StartError::Broken(error.to_string());
        let bound = match claim {
            Some(claim) => self.inner.store.claimed(claim).await.map_err(broken)?,
            None => None,
        };
        match (bound, claim) {
            (Some(bound), Some(claim)) if bound.fingerprint != claim.fingerprint => {
                Err(StartError::KeyReused {
                    instance: bound.instance,
                })
            }
            _ => Ok(Started::Attached(id)),
        }
    }

    async fn not_started(
        &self,
        failed: TransitionError,
        header: &InstanceHeader,
        claim: Option<&Claim>,
    ) -> Result<Started, StartError> {
        match failed {
            TransitionError::Claim {
                instance,
                fingerprint,
            } => match claim {
                Some(claim) if claim.fingerprint == fingerprint => Ok(Started::Attached(instance)),
                Some(_) | None => Err(StartError::KeyReused { instance }),
            },
            TransitionError::Exists(instance) => self.attached(instance, claim).await,
            TransitionError::Inbox => {
                let InstanceHeader {
                    tenant,
                    workflow,
                    key,
                    ..
                } = header;
                match self
                    .inner
                    .store
                    .instance_by_key(tenant, workflow, key)
                    .await
                {
                    Ok(Some(row)) => Ok(Started::Attached(row.id)),
                    Ok(None) => Err(StartError::Seen),
                    Err(error) => Err(StartError::Broken(error.to_string())),
                }
            }
            TransitionError::Refused(refused) => Err(StartError::Refused(refusal_of(&refused))),
            TransitionError::Store(StoreError::Full) => Err(StartError::Busy),
            TransitionError::Store(error) => Err(StartError::Broken(error.to_string())),
            TransitionError::Fenced | TransitionError::Defect(_) => {
                Err(StartError::Broken(failed.to_string()))
            }
        }
    }
}
