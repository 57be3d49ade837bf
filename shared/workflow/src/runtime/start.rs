//! How an instance starts, once per key.

use crate::define::State;
use crate::runtime::driver::{Driver, Starting};
use crate::runtime::inner::Inner;
use crate::runtime::load::Plan;
use crate::runtime::milestones::Milestones;
use crate::runtime::transition::{Failed, refusal_of};
use crate::runtime::{Engine, StartError, Started};
use crossdock_model::InstanceId;
use crossdock_store::{Birth, Cause, Claim, MessageId, Shard, StoreError};
use std::sync::Arc;
use tokio::sync::oneshot;

/// What a start needs.
#[derive(Debug, Clone)]
pub struct StartRequest<'a, S> {
    /// The workflow's name.
    pub workflow: &'a str,
    /// The id it will have; drawn by the caller, so that the answer can name it.
    pub id: InstanceId,
    /// The business key: one instance per workflow, tenant and key.
    pub key: Arc<str>,
    /// What decides the shard; every record that the workflow writes must be of the same.
    pub partition: &'a str,
    /// What it knows at the beginning.
    pub state: &'a S,
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
        let birth = Arc::new(Birth {
            workflow: Arc::clone(&plan.name),
            definition: Arc::clone(&plan.hash),
            tenant: request.cause.tenant.clone(),
            key: request.key,
            correlation: request.cause.correlation.clone(),
        });
        let shard = self.inner.store.shard_of(&birth.tenant, request.partition);
        let claim = request.cause.claim.clone();
        let (reply, answer) = oneshot::channel();
        let (cause, inbox) = (request.cause, request.inbox);
        let starting = Starting {
            state,
            cause,
            inbox,
            reply,
        };
        let id = request.id;
        if self
            .seat_newborn((plan, Arc::clone(&birth)), (id, shard), starting)
            .await?
        {
            return self.attached(id, claim.as_ref());
        }
        match answer.await {
            Ok(Ok(())) => Ok(Started::New(id)),
            Ok(Err(failed)) => self.not_started(failed, &birth, claim.as_ref()),
            Err(_dropped) => Err(StartError::Stopping),
        }
    }

    /// Hands the start to a driver of its own; true if somebody else has begun the same id.
    async fn seat_newborn(
        &self,
        what: (Arc<Plan>, Arc<Birth>),
        (id, shard): (InstanceId, Shard),
        starting: Starting,
    ) -> Result<bool, StartError> {
        loop {
            if *self.inner.stop.borrow() {
                return Err(StartError::Stopping);
            }
            let mut other = {
                let mut lives = self.inner.lives();
                let Some(live) = lives.by_id.get(&id) else {
                    let room = Arc::clone(&self.inner.room).try_acquire_owned();
                    let room = room.map_err(|_full| StartError::Busy)?;
                    let inner = Arc::clone(&self.inner);
                    let build = |seat| Driver::newborn(inner, what, (id, shard), seat, room);
                    Inner::seat(&mut lives, id, build, Some(starting));
                    return Ok(false);
                };
                live.seen.subscribe()
            };
            // What becomes of the other start decides.
            if other.wait_for(Milestones::is_born).await.is_ok() {
                return Ok(true);
            }
        }
    }

    fn attached(&self, id: InstanceId, claim: Option<&Claim>) -> Result<Started, StartError> {
        let broken = |error: StoreError| StartError::Broken(error.to_string());
        let bound = claim
            .map(|claim| self.inner.store.claimed(claim))
            .transpose()
            .map_err(broken)?;
        match (bound.flatten(), claim) {
            (Some(bound), Some(claim)) if bound.fingerprint != claim.fingerprint => {
                Err(StartError::KeyReused {
                    instance: bound.instance,
                })
            }
            _ => Ok(Started::Attached(id)),
        }
    }

    fn not_started(
        &self,
        failed: Failed,
        birth: &Birth,
        claim: Option<&Claim>,
    ) -> Result<Started, StartError> {
        match failed {
            Failed::Claim {
                instance,
                fingerprint,
            } => match claim {
                Some(claim) if claim.fingerprint == fingerprint => Ok(Started::Attached(instance)),
                Some(_) | None => Err(StartError::KeyReused { instance }),
            },
            Failed::Exists(instance) => self.attached(instance, claim),
            Failed::Inbox => {
                let Birth {
                    tenant,
                    workflow,
                    key,
                    ..
                } = birth;
                match self.inner.store.instance_by_key(tenant, workflow, key) {
                    Ok(Some(instance)) => Ok(Started::Attached(instance)),
                    Ok(None) => Err(StartError::Seen),
                    Err(error) => Err(StartError::Broken(error.to_string())),
                }
            }
            Failed::Refused(refused) => Err(StartError::Refused(refusal_of(&refused))),
            Failed::Store(StoreError::Full) => Err(StartError::Busy),
            Failed::Store(error) => Err(StartError::Broken(error.to_string())),
            Failed::Fenced | Failed::Defect(_) => Err(StartError::Broken(failed.to_string())),
        }
    }
}
