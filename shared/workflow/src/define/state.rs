//! What a workflow's author sees while deciding: the state, the loaded records, the moment.

use crossdock_model::{Correlation, Ids, InstanceId, Money, Points, Refusal, Tenant, Timestamp};
use crossdock_store::{Changes, NewEvent, RecordRef, RecordWrite, Version};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use uuid::Uuid;

/// What a workflow knows about its own case: facts only, folded from the journal.
///
/// It only grows: a new member carries `#[serde(default)]`, because old journals are folded for years.
pub trait State: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// What is at stake while the instance is parked; shown on the exception desk.
    fn at_risk(&self) -> AtRisk {
        AtRisk::default()
    }

    /// How long a step before the pivot is tried again while nobody there can be asked; then everything is undone, with
    /// the refusal `unavailable`.
    ///
    /// For what is asked while somebody waits and holds lapse: no person is needed for what nobody has promised yet.
    /// Without it such a step waits for a person when its attempts are spent.
    fn give_up_at(&self) -> Option<Timestamp> {
        None
    }
}

/// Money and points that nobody has settled yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AtRisk {
    /// Card money, or value of goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    /// Loyalty points that are held or owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
}

/// The moment of one transition: its time, its ids, whose it is. The only source of both in pure code.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The time of the transition.
    pub now: Timestamp,
    /// The instance that moves.
    pub instance: InstanceId,
    /// The name of its workflow.
    pub workflow: Arc<str>,
    /// The retailer it belongs to.
    pub tenant: Tenant,
    /// The business key that it was started under.
    pub key: Arc<str>,
    /// The correlation id, shared with everything that the same first call caused.
    pub correlation: Correlation,
    pub(crate) ids: Arc<Ids>,
}

impl Moment {
    /// A moment made by hand, for the unit tests of pivots and changes.
    pub fn at(now: Timestamp, instance: InstanceId, tenant: Tenant, ids: Arc<Ids>) -> Self {
        Self {
            now,
            instance,
            workflow: "test".into(),
            tenant,
            key: instance.to_string().into(),
            correlation: Correlation::begin(instance.0),
            ids,
        }
    }

    /// A fresh time-ordered id, for a record or an event.
    pub fn new_id(&self) -> Uuid {
        self.ids.next(self.now)
    }

    /// An event about a record that the same changes write.
    pub fn event(
        &self,
        feed: &'static str,
        aggregate: &RecordRef,
        kind: &'static str,
        data: &impl Serialize,
    ) -> Result<NewEvent, Refusal> {
        let id = self.new_id();
        Ok(NewEvent {
            id,
            feed,
            aggregate: aggregate.clone(),
            kind,
            data: json(kind, data)?,
        })
    }

    /// The first version of a record, with the business keys that only it may have.
    pub fn create(
        &self,
        record: &RecordRef,
        body: &impl Serialize,
        unique: Vec<(&'static str, String)>,
    ) -> Result<RecordWrite, Refusal> {
        let mut write = self.update(record, Version(0), body)?;
        write.unique = unique;
        Ok(write)
    }

    /// The next version of a record that was read at `expected`.
    pub fn update(
        &self,
        record: &RecordRef,
        expected: Version,
        body: &impl Serialize,
    ) -> Result<RecordWrite, Refusal> {
        let body = json(record.kind, body)?;
        Ok(RecordWrite::new(record, &self.tenant, expected, body))
    }
}

fn json(what: &str, data: &impl Serialize) -> Result<bytes::Bytes, Refusal> {
    let unwritable = |error| {
        Refusal::new(
            "internal",
            format!("{what} cannot be written as JSON: {error}"),
        )
    };
    serde_json::to_vec(data).map(Into::into).map_err(unwritable)
}

/// The records that pure code asked for with `reads`, as they stand in this transition.
#[derive(Debug, Clone, Default)]
pub struct Loaded(pub(crate) Vec<LoadedRecord>);

/// A record with its version and body, where there is one.
pub(crate) type LoadedRecord = (RecordRef, Option<(Version, bytes::Bytes)>);

impl Loaded {
    /// What was found of a record that was looked for.
    pub(crate) fn entry(&self, record: &RecordRef) -> Option<&LoadedRecord> {
        self.0.iter().find(|(named, _)| named == record)
    }

    /// A record by hand, for the unit tests of pivots and changes.
    #[must_use]
    pub fn with(mut self, record: RecordRef, version: Version, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default();
        self.0.push((record, Some((version, body.into()))));
        self
    }

    /// The record with the version to write it back with; `None` if there is none, or `reads` did not name it.
    ///
    /// A body that cannot be read is a refusal, so that it is never mistaken for a missing record.
    pub fn get<T: DeserializeOwned>(
        &self,
        record: &RecordRef,
    ) -> Result<Option<(Version, T)>, Refusal> {
        let Some((_, Some((version, body)))) = self.entry(record) else {
            return Ok(None);
        };
        let unreadable = |error| {
            let what = format!("{} {} cannot be read: {error}", record.kind, record.id);
            Refusal::new("internal", what)
        };
        serde_json::from_slice(body)
            .map(|body| Some((*version, body)))
            .map_err(unreadable)
    }

    /// Like [`get`](Self::get), where the record must be there.
    pub fn need<T: DeserializeOwned>(&self, record: &RecordRef) -> Result<(Version, T), Refusal> {
        self.get(record)?.ok_or_else(|| {
            Refusal::new(
                "not_found",
                format!("there is no {} {}", record.kind, record.id),
            )
        })
    }
}

/// Why a node waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parked {
    /// The id of the node in its definition.
    pub node: String,
    /// Whether it is its undo that cannot finish.
    pub undo: bool,
    /// The kind of failure, which decides what helps.
    pub class: ParkClass,
    /// A code to search by; the refusal's, where there was one.
    pub code: String,
    /// The failure, in words for people.
    pub why: String,
    /// What the operator should do.
    pub next_action: String,
    /// The time at which it parked.
    pub since: Timestamp,
}

/// The kinds of trouble that park a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParkClass {
    /// The business refused where nothing can be undone any more.
    Refused,
    /// Every attempt was answered with "not now".
    Exhausted,
    /// Nobody could find out whether it happened.
    Unknown,
    /// Our set-up is wrong; resumes by itself when it changes.
    Misconfigured,
    /// It panicked, could not be understood, or took the process down.
    Poison,
    /// The wait reached its deadline without a signal.
    Deadline,
    /// It waits for what a person has to decide; goes on by itself where the answer comes as a signal.
    Decision,
    /// An undo that cannot finish.
    CompensationStuck,
}

/// A parked node that goes on, and who resumed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumed {
    /// The id of the node in its definition.
    pub node: String,
    /// Whether it was its undo that was parked.
    pub undo: bool,
    /// Who, or `configuration` when the set-up changed.
    pub by: String,
    /// The reason they gave.
    pub why: String,
}

/// Lifecycle hooks: what a workflow writes when it starts, parks, resumes or ends, in the batch of that very entry.
///
/// Register with `.lifecycle(..)`. Every hook is pure; a refusal from any but `started` is logged and its
/// changes are left out, because the instance must go on.
pub trait Lifecycle<S: State>: Send + Sync + 'static {
    /// The records that the hooks want to see.
    fn reads(&self, _state: &S) -> Vec<RecordRef> {
        Vec::new()
    }

    /// With the start: the record in RECEIVED. A refusal refuses the start.
    fn started(&self, _state: &S, _loaded: &Loaded, _moment: &Moment) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }

    /// With the terminal entry after a refusal or a cancel (`code` is then `cancelled`): the rejected record, the answer.
    fn refused(
        &self,
        _state: &S,
        _refusal: &Refusal,
        _loaded: &Loaded,
        _moment: &Moment,
    ) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }

    /// With the terminal entry when everything is done.
    fn completed(
        &self,
        _state: &S,
        _loaded: &Loaded,
        _moment: &Moment,
    ) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }

    /// When a node parks: the exception record, `ExceptionOpened`.
    fn parked(
        &self,
        _state: &S,
        _parked: &Parked,
        _loaded: &Loaded,
        _moment: &Moment,
    ) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }

    /// When a parked node goes on: `ExceptionResolved`.
    fn resumed(
        &self,
        _state: &S,
        _resumed: &Resumed,
        _loaded: &Loaded,
        _moment: &Moment,
    ) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }
}
