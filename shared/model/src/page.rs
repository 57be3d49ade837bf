//! Lists in pages, by opaque cursor.

use crate::{Refusal, Violation};
use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// One page of a list, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Which page of a list is asked for, from the query.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageRequest {
    /// From the page before; absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// At most so many items (1 to 200, default 50).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
}

impl PageRequest {
    /// The page size within its bounds.
    pub fn size(&self) -> usize {
        self.limit.unwrap_or(50).clamp(1, 200) as usize
    }

    /// The last item of the page before, in the list of that name; none for the first page.
    ///
    /// Refused with `validation_failed` where the cursor was not given by that list.
    pub fn after(&self, list: &str) -> Result<Option<&str>, Refusal> {
        let Some(given) = &self.cursor else {
            return Ok(None);
        };
        match given.rsplit_once('.') {
            Some((item, _mark)) if cursor(list, item) == *given => Ok(Some(item)),
            Some(_) | None => Err(foreign()),
        }
    }

    /// The same, in a list whose items have ids.
    pub fn after_id(&self, list: &str) -> Result<Option<Uuid>, Refusal> {
        let id = |item| Uuid::try_parse(item).map_err(|_not_an_id| foreign());
        self.after(list)?.map(id).transpose()
    }
}

impl<T> Page<T> {
    /// A page out of what was read of the list of that name: one item more than was asked for shows that others follow.
    ///
    /// The name holds all that the list was asked by, so that a cursor is of no use to any other.
    pub fn of(list: &str, mut read: Vec<T>, size: usize, id: impl Fn(&T) -> Uuid) -> Self {
        let more = read.len() > size;
        read.truncate(size);
        let behind = read.last().filter(|_| more).map(id);
        let next = behind.map(|id| id.simple().to_string());
        Self { items: read, next }.marked(list)
    }

    /// The same page, whose `next` can be given back to the list of that name only.
    #[must_use]
    pub fn marked(self, list: &str) -> Self {
        Self {
            next: self.next.map(|item| cursor(list, &item)),
            ..self
        }
    }

    /// The same page of what each item looks like to somebody else.
    pub fn map<V>(self, view: impl FnMut(T) -> V) -> Page<V> {
        Page {
            items: self.items.into_iter().map(view).collect(),
            next: self.next,
        }
    }
}

/// The last item, then a mark of the list.
fn cursor(list: &str, item: &str) -> String {
    let hash = digest(&SHA256, format!("{list}\n{item}").as_bytes());
    let mark = hash.as_ref().first_chunk().copied().map(u32::from_be_bytes);
    format!("{item}.{:08x}", mark.unwrap_or_default())
}

fn foreign() -> Refusal {
    let detail = "the cursor is not one that this list gave: send the `next` of the page before with the same search, or none for the first page";
    let mut refusal = Refusal::new("validation_failed", detail);
    refusal.errors.push(Violation {
        pointer: "/cursor".into(),
        detail: "is not of this list".into(),
    });
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(page: &Page<Uuid>) -> Vec<u128> {
        page.items.iter().map(Uuid::as_u128).collect()
    }

    fn page(read: &[u128], size: usize) -> Page<Uuid> {
        let read = read.iter().copied().map(Uuid::from_u128).collect();
        Page::of("orders of ada", read, size, |id| *id)
    }

    fn asked(cursor: &str) -> PageRequest {
        PageRequest {
            cursor: Some(cursor.into()),
            limit: None,
        }
    }

    #[test]
    fn a_page_with_more_behind_it_says_where_to_go_on() {
        let first = page(&[5, 4, 3], 2);
        assert_eq!(ids(&first), [5, 4]);
        let next = asked(&first.next.unwrap()).after_id("orders of ada");
        assert_eq!(next.unwrap(), Some(Uuid::from_u128(4)));
        let last = page(&[3, 2], 2);
        assert_eq!((ids(&last), last.next), (vec![3, 2], None));
        assert_eq!(PageRequest::default().after("any").unwrap(), None);
    }

    #[test]
    fn a_cursor_of_another_list_is_refused_with_what_to_do() {
        let given = page(&[5, 4, 3], 2).next.unwrap();
        let id = Uuid::from_u128(4);
        let altered = given.replacen('4', "3", 1);
        for foreign in [
            "",
            "next",
            "ä.",
            &given.replacen('0', "", 1),
            &id.to_string(),
            &altered,
        ] {
            let refused = asked(foreign).after_id("orders of ada").unwrap_err();
            assert_eq!(refused.code, "validation_failed", "{foreign}");
            assert!(refused.detail.contains("none for the first page"));
            assert_eq!(refused.errors[0].pointer, "/cursor");
        }
        assert!(asked(&given).after("orders of bob").is_err());
    }

    #[test]
    fn items_may_be_named_by_any_text() {
        let page = Page {
            items: vec!["A-1"],
            next: Some("A-1.b".to_owned()),
        };
        let given = asked(&page.marked("products").next.unwrap());
        assert_eq!(given.after("products").unwrap(), Some("A-1.b"));
        assert!(given.after_id("products").is_err());
    }
}
