//! People: registered, found, revised, merged, erased.

use crate::wire::{
    ByReference, Choice, Field, Merge, People, Person, Profile, Register, Revise, Search,
    comparable,
};
use axum::extract::{Path, Query, State};
use crossdock_books::{Book, Entry, Json, Outcome, Tx, VendorError};
use crossdock_model::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// How often a merge is followed; a chain longer than this was made in a circle.
const FOLLOWED: usize = 16;

/// `POST …/people`: the reference is the natural key.
pub(crate) async fn register(
    entry: Entry,
    Path(account): Path<String>,
    Json(new): Json<Register>,
) -> Result<Json<Person>, VendorError> {
    let content = serde_json::to_string(&new).unwrap_or_default();
    let registered = entry.write(move |tx| {
        if let Some((id, same)) = by_reference(tx, &account, &new.external_ref, &content)? {
            if !same {
                let message = format!("{} was registered with other content", new.external_ref);
                return Err(VendorError::conflict("reference_taken", message).into());
            }
            tx.effect("person", &id);
            return current(tx, &account, &id).map_err(Into::into);
        }
        let id = next_id(tx, &account)?;
        insert(tx, &account, &id, Some(&new.external_ref), &content)?;
        keep(tx, &account, &id, 1, &new.profile, &new.choices)?;
        tx.effect("person", &id);
        current(tx, &account, &id).map_err(Into::into)
    });
    Ok(Json(registered.await?))
}

/// `GET …/people?external_ref=`: the person that a registration made.
pub(crate) async fn registered(
    State(book): State<Book>,
    Path(account): Path<String>,
    Query(query): Query<ByReference>,
) -> Result<Json<Person>, VendorError> {
    let id: Option<String> = book
        .read(|books| {
            books
                .prepare_cached("SELECT id FROM person WHERE account = ?1 AND external_ref = ?2")?
                .query_row(params![account, query.external_ref], |row| row.get(0))
                .optional()
        })
        .await?;
    let id = id.ok_or_else(|| VendorError::not_found("registration"))?;
    read(&book, &account, &id).await.map(Json)
}

/// `GET …/people/{id}`: a person, followed to the one they were merged into.
pub(crate) async fn show(
    State(book): State<Book>,
    Path((account, id)): Path<(String, String)>,
) -> Result<Json<Person>, VendorError> {
    read(&book, &account, &id).await.map(Json)
}

/// `POST …/people/search`: everybody with that e-mail address, phone number or card.
pub(crate) async fn search(
    State(book): State<Book>,
    Path(account): Path<String>,
    Json(search): Json<Search>,
) -> Result<Json<People>, VendorError> {
    let value = comparable(search.field, &search.value);
    let ids: Vec<String> = book
        .read(|books| {
            let mut found = books.prepare_cached(
            "SELECT person FROM contact WHERE account = ?1 AND field = ?2 AND value = ?3 LIMIT 20",
        )?;
            let rows = found.query_map(params![account, search.field.as_str(), value], |row| {
                row.get(0)
            })?;
            rows.collect()
        })
        .await?;
    let mut people = Vec::with_capacity(ids.len());
    for id in &ids {
        people.push(read(&book, &account, id).await?);
    }
    Ok(Json(People { people }))
}

/// `POST …/people/{id}/revisions`: only on top of the newest revision.
pub(crate) async fn revise(
    entry: Entry,
    Path((account, id)): Path<(String, String)>,
    Json(revise): Json<Revise>,
) -> Result<Json<Person>, VendorError> {
    let revised = entry.write(move |tx| {
        let person = current(tx, &account, &id)?;
        if person.revision != revise.on_revision {
            let message = format!(
                "revision is {}, not {}",
                person.revision, revise.on_revision
            );
            return Err(VendorError::conflict("stale_revision", message).into());
        }
        let revision = person.revision + 1;
        tx.prepare_cached("UPDATE person SET revision = ?3 WHERE account = ?1 AND id = ?2")?
            .execute(params![account, person.id, revision])?;
        keep(
            tx,
            &account,
            &person.id,
            revision,
            &revise.profile,
            &revise.choices,
        )?;
        tx.effect("person", &person.id);
        current(tx, &account, &person.id).map_err(Into::into)
    });
    Ok(Json(revised.await?))
}

/// `POST …/people/{id}/merge`: makes one person of two; the old id leads on to the kept one.
pub(crate) async fn merge(
    entry: Entry,
    Path((account, id)): Path<(String, String)>,
    Json(merge): Json<Merge>,
) -> Result<Json<Person>, VendorError> {
    let merged = entry.write(move |tx| {
        let into = current(tx, &account, &merge.into)?;
        let person = current(tx, &account, &id)?;
        if person.id == into.id {
            return Err(VendorError::conflict("same_person", "they are one person already").into());
        }
        tx.prepare_cached("UPDATE person SET merged_into = ?3 WHERE account = ?1 AND id = ?2")?
            .execute(params![account, person.id, into.id])?;
        forget_contacts(tx, &account, &person.id)?;
        tx.effect("merge", &person.id);
        Ok(into)
    });
    Ok(Json(merged.await?))
}

/// `DELETE …/people/{id}`: what was known is gone, that there was somebody is not.
pub(crate) async fn erase(
    entry: Entry,
    Path((account, id)): Path<(String, String)>,
) -> Result<(), VendorError> {
    let erased = entry.write(move |tx| {
        let person = current(tx, &account, &id)?;
        erase_now(tx, &account, &person.id)
    });
    erased.await
}

pub(crate) fn erase_now(tx: &Tx<'_>, account: &str, id: &str) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE person SET erased_at = ?3, content = '' WHERE account = ?1 AND id = ?2",
    )?
    .execute(params![account, id, tx.now().as_millisecond()])?;
    tx.prepare_cached("DELETE FROM profile WHERE account = ?1 AND person = ?2")?
        .execute(params![account, id])?;
    forget_contacts(tx, account, id)?;
    tx.effect("erasure", id);
    Ok(())
}

pub(crate) fn insert(
    tx: &Tx<'_>,
    account: &str,
    id: &str,
    external_ref: Option<&str>,
    content: &str,
) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO person (account, id, external_ref, content, revision) VALUES (?1, ?2, ?3, ?4, 1)",
    )?
    .execute(params![account, id, external_ref, content])?;
    Ok(())
}

/// Writes a revision of a profile, and what it can be found by.
pub(crate) fn keep(
    tx: &Tx<'_>,
    account: &str,
    id: &str,
    revision: u32,
    profile: &Profile,
    choices: &[Choice],
) -> Outcome<()> {
    let body = serde_json::to_string(profile)
        .map_err(|error| VendorError::bad_request("unreadable_profile", error.to_string()))?;
    tx.prepare_cached(
        "INSERT INTO profile (account, person, revision, body, at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        account,
        id,
        revision,
        body,
        tx.now().as_millisecond()
    ])?;
    forget_contacts(tx, account, id)?;
    let contacts = [
        (Field::Email, &profile.email),
        (Field::Phone, &profile.phone),
        (Field::Card, &profile.card),
    ];
    for (field, value) in contacts {
        let Some(value) = value else { continue };
        tx.prepare_cached(
            "INSERT INTO contact (account, field, value, person) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            account,
            field.as_str(),
            comparable(field, value),
            id
        ])?;
    }
    for choice in choices {
        tx.prepare_cached(
            "INSERT OR REPLACE INTO consent (account, person, purpose, granted, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![account, id, choice.purpose, choice.granted, choice.at.as_millisecond()])?;
    }
    Ok(())
}

fn forget_contacts(tx: &Tx<'_>, account: &str, id: &str) -> Outcome<()> {
    tx.prepare_cached("DELETE FROM contact WHERE account = ?1 AND person = ?2")?
        .execute(params![account, id])?;
    Ok(())
}

fn by_reference(
    tx: &Tx<'_>,
    account: &str,
    external_ref: &str,
    content: &str,
) -> Outcome<Option<(String, bool)>> {
    let found = tx
        .prepare_cached("SELECT id, content FROM person WHERE account = ?1 AND external_ref = ?2")?
        .query_row(params![account, external_ref], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    Ok(found.map(|(id, kept)| (id, kept == content)))
}

fn next_id(tx: &Tx<'_>, account: &str) -> Outcome<String> {
    let last: i64 = tx
        .prepare_cached(
            "INSERT INTO number_range VALUES (?1, 1) \
             ON CONFLICT (account) DO UPDATE SET last = last + 1 RETURNING last",
        )?
        .query_row([account], |row| row.get(0))?;
    Ok(format!("cust-{last:06}"))
}

async fn read(book: &Book, account: &str, id: &str) -> Result<Person, VendorError> {
    book.read(|books| Ok(current(books, account, id))).await?
}

/// The person as they are now, followed to whom they were merged into.
fn current(books: &Connection, account: &str, id: &str) -> Result<Person, VendorError> {
    let mut id = id.to_owned();
    for _ in 0..FOLLOWED {
        let row = books
            .prepare_cached("SELECT revision, merged_into, erased_at FROM person WHERE account = ?1 AND id = ?2")
            .and_then(|mut row| {
                row.query_row(params![account, id], |row| {
                    Ok((row.get::<_, u32>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, Option<i64>>(2)?))
                })
                .optional()
            })
            .map_err(unreadable)?;
        let (revision, merged_into, erased_at) =
            row.ok_or_else(|| VendorError::not_found("person"))?;
        if erased_at.is_some() {
            return Err(VendorError::gone("erased", format!("{id} was erased")));
        }
        match merged_into {
            Some(into) => id = into,
            None => return load(books, account, id, revision),
        }
    }
    Err(VendorError::conflict(
        "merge_circle",
        format!("{id} is merged in a circle"),
    ))
}

fn load(
    books: &Connection,
    account: &str,
    id: String,
    revision: u32,
) -> Result<Person, VendorError> {
    let profile: String = books
        .prepare_cached(
            "SELECT body FROM profile WHERE account = ?1 AND person = ?2 AND revision = ?3",
        )
        .and_then(|mut row| row.query_row(params![account, id, revision], |row| row.get(0)))
        .map_err(unreadable)?;
    let profile = serde_json::from_str(&profile)
        .map_err(|error| VendorError::conflict("unreadable_profile", error.to_string()))?;
    let choices = choices(books, account, &id).map_err(unreadable)?;
    Ok(Person {
        id,
        revision,
        profile,
        choices,
    })
}

/// The newest decision about each purpose.
fn choices(books: &Connection, account: &str, id: &str) -> rusqlite::Result<Vec<Choice>> {
    let mut rows = books.prepare_cached(
        "SELECT purpose, granted, max(at) FROM consent WHERE account = ?1 AND person = ?2 GROUP BY purpose",
    )?;
    let rows = rows.query_map(params![account, id], |row| {
        let at: i64 = row.get(2)?;
        Ok(Choice {
            purpose: row.get(0)?,
            granted: row.get(1)?,
            at: Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH),
        })
    })?;
    rows.collect()
}

/// The books cannot be read: the CRM is at fault, not the request.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands in map_err, which passes by value"
)]
fn unreadable(error: rusqlite::Error) -> VendorError {
    VendorError::new(
        http::StatusCode::INTERNAL_SERVER_ERROR,
        "books_unreadable",
        error.to_string(),
    )
}
