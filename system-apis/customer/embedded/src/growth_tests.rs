//! The CRM with very many people: no request costs more for them.

use crate::tests::{ask, crm_with_book};
use crossdock_books::growth::{History, Measuring};
use http::Method;
use serde_json::{Value, json};

const HISTORY: History<'_> = History {
    tables: "
INSERT INTO person SELECT 'acme', printf('old-%08d', i), printf('reg-old-%08d', i), '', 1, NULL, NULL FROM n;
INSERT INTO profile SELECT 'acme', printf('old-%08d', i), 1, '{}', 0 FROM n;
INSERT INTO contact SELECT 'acme', 'email', printf('old-%08d@example.com', i), printf('old-%08d', i) FROM n;
INSERT INTO consent SELECT 'acme', printf('old-%08d', i), 'newsletter', 1, 0 FROM n;",
    bounded: &["number_range"],
    grows: &[],
    scans: &[],
    unmeasured: &[(
        "SELECT EXISTS (SELECT 1 FROM person",
        "asked once for each person of the seed, when the book is opened",
    )],
    package: env!("CARGO_MANIFEST_DIR"),
};

async fn a_day_after(rows: usize) -> Measuring {
    let (crm, book) = crm_with_book().await;
    let measuring = HISTORY.fill(&book, rows).unwrap();
    let done = async |method: Method, path: &str, body: Value| {
        let (status, answer) = ask(&crm, method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    };
    let choice = json!({"purpose": "newsletter", "granted": true, "at": "1970-01-01T00:00:00Z"});
    let grace = json!({"full_name": "Grace Lee", "email": "grace@example.com", "phone": "+1 512 555 0199", "card": "card-grace"});
    let registration = json!({"external_ref": "reg-1", "profile": grace, "choices": [choice]});
    done(Method::POST, "", registration.clone()).await;
    let person = done(Method::POST, "", registration).await;
    let id = person["id"].as_str().unwrap();
    done(Method::GET, "?external_ref=reg-1", Value::Null).await;
    let revision = json!({"on_revision": 1, "profile": grace});
    done(Method::POST, &format!("/{id}/revisions"), revision).await;
    let search = json!({"field": "email", "value": "grace@example.com"});
    done(Method::POST, "/search", search).await;
    done(Method::POST, "/cust-carl/merge", json!({"into": id})).await;
    done(Method::GET, "/cust-carl", Value::Null).await;
    let (status, _) = ask(&crm, Method::DELETE, &format!("/{id}"), Value::Null).await;
    assert_eq!(status, 200);
    measuring
}

#[tokio::test]
async fn no_request_costs_more_with_a_long_history() {
    let (short, long) = (a_day_after(1_000).await, a_day_after(100_000).await);
    assert_eq!(HISTORY.complaints(&short, &long).unwrap(), [""; 0]);
}
