//! What every embedded backend answers to `GET /events`: the webhooks that it has told.

use crate::{Told, ToldMessages, Which, with_query};
use crossdock_model::Fault;
use serde::Deserialize;
use serde_json::value::RawValue;

/// How many are asked for at once.
const PAGE: usize = 500;

/// Webhooks with their ids and bodies, oldest first.
#[derive(Debug, Deserialize)]
pub struct EmbeddedEvents {
    events: Vec<EmbeddedEvent>,
    /// The id of the one that was asked after, while it is kept.
    after: Option<String>,
    last: i64,
    last_id: Option<String>,
}

/// One webhook, under the number that the backend counts it by.
#[derive(Debug, Deserialize)]
struct EmbeddedEvent {
    seq: i64,
    id: String,
    body: Box<RawValue>,
}

/// The number of a webhook, with its id as long as it was kept: another book has another one under that number.
struct Mark<'a> {
    seq: i64,
    id: &'a str,
}

impl<'a> Mark<'a> {
    fn read(text: Option<&'a str>) -> Result<Self, Fault> {
        let Some(text) = text else {
            return Ok(Self { seq: 0, id: "" });
        };
        let read = text.split_once('/').and_then(|(seq, id)| {
            let seq = seq.parse().ok()?;
            Some(Self { seq, id })
        });
        read.ok_or_else(|| Fault::poison(format!("'{text}' is no mark of an embedded backend")))
    }

    /// Whether the backend may have told it: as many as that, and nothing else under that number.
    fn is_of(&self, events: &EmbeddedEvents) -> bool {
        let is_other = |kept: &String| !self.id.is_empty() && kept != self.id;
        self.seq <= events.last && !events.after.as_ref().is_some_and(is_other)
    }
}

impl EmbeddedEvents {
    /// The path that asks for them.
    pub fn path(mark: Option<&str>, which: Which) -> Result<String, Fault> {
        let (after, limit) = (Mark::read(mark)?.seq.to_string(), PAGE.to_string());
        let mut query = vec![("after", &*after), ("limit", &*limit)];
        if which == Which::Undelivered {
            query.push(("undelivered", "true"));
        }
        Ok(with_query("/events", &query))
    }

    /// The answer for a port: each webhook read from its id and body, none for one that nobody waits for.
    pub fn told<N>(
        self,
        mark: Option<&str>,
        read: impl Fn(String, &[u8]) -> Result<Option<N>, Fault>,
    ) -> Result<Told<N>, Fault> {
        if !Mark::read(mark)?.is_of(&self) {
            return Ok(Told::UnknownMark);
        }
        let more = self.events.len() >= PAGE;
        // What is not among them was taken, or is of no interest: the next ones come behind all that there is.
        let reached = match self.events.last() {
            Some(event) if more => format!("{}/{}", event.seq, event.id),
            _all_of_them => format!("{}/{}", self.last, self.last_id.unwrap_or_default()),
        };
        let each = self.events.into_iter().map(|event| {
            let body = event.body.get().as_bytes();
            read(event.id, body)
        });
        Ok(Told::Messages(ToldMessages {
            messages: each.filter_map(Result::transpose).collect(),
            mark: reached,
            more,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(mark: &str, after: Option<&str>, last: i64) -> Told<String> {
        let last_id = format!("m{last}");
        let answer = json!({"events": [], "after": after, "last": last, "last_id": last_id});
        let events: EmbeddedEvents = serde_json::from_value(answer).unwrap();
        events.told(Some(mark), |id, _body| Ok(Some(id))).unwrap()
    }

    #[test]
    fn a_mark_of_another_book_is_noticed_and_one_that_is_kept_no_more_is_believed() {
        for (mark, after, last) in [("7/m7", Some("other"), 9), ("7/m7", None, 6)] {
            assert!(
                matches!(told(mark, after, last), Told::UnknownMark),
                "{mark}"
            );
        }
        for (mark, after) in [("7/m7", Some("m7")), ("7/m7", None), ("7/", Some("m7"))] {
            let Told::Messages(told) = told(mark, after, 9) else {
                panic!("{mark} {after:?}")
            };
            assert_eq!((told.mark.as_str(), told.more), ("9/m9", false));
        }
        assert!(EmbeddedEvents::path(Some("seven"), Which::All).is_err());
        let path = EmbeddedEvents::path(Some("7/m7"), Which::Undelivered).unwrap();
        assert_eq!(path, "/events?after=7&limit=500&undelivered=true");
    }
}
