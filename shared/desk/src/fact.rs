//! A fact is an event that creates the record it is about: a posting, a burn, a capture.

use crossdock_model::Refusal;
use crossdock_model::event::EventData;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::Moment;

/// The event with its record, found again by the business keys that only it may have.
pub fn fact<E: EventData>(
    moment: &Moment,
    feed: &'static str,
    data: &E,
    unique: Vec<(&'static str, String)>,
) -> Result<Changes, Refusal> {
    let source = E::KIND
        .sources()
        .iter()
        .find(|source| source.feed == feed)
        .ok_or_else(|| {
            Refusal::new("internal", format!("{} is not reported by {feed}", E::KIND))
        })?;
    let record = RecordRef {
        kind: source.aggregate,
        id: moment.new_id(),
    };
    Ok(Changes {
        records: vec![moment.create(&record, data, unique)?],
        events: vec![moment.event(feed, &record, E::KIND.as_str(), data)?],
        answer: None,
    })
}
