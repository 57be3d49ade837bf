//! What is logged of a request: one access line, a span around the rest, and never a secret.

use crate::support::{ORDERS, Shop, ada, answer, context};
use axum::body::Body;
use crossdock_model::{Correlation, Tier};
use crossdock_telemetry::fields;
use http::Request;
use std::io;
use std::sync::{Arc, LazyLock, Mutex};

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Set for the whole binary: a subscriber of one thread misses what other threads met first.
static PAGE: LazyLock<Page> = LazyLock::new(|| {
    let page = Page::default();
    let writer = page.clone();
    tracing_subscriber::fmt()
        .json()
        .with_writer(move || writer.clone())
        .init();
    page
});

/// The lines that belong to one request.
fn lines(correlation: &str) -> Vec<serde_json::Value> {
    let text = String::from_utf8(PAGE.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("eyJ"), "{text}");
    text.lines()
        .filter(|line| line.contains(correlation))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn what_is_logged_within_a_request_says_to_which_it_belongs() {
    LazyLock::force(&PAGE);
    let request = Request::get("/broken").header("x-correlation-id", "till-7.span");
    assert_eq!(Shop::new().ask(request, "").await.code(), "internal");
    let lines = lines("till-7.span");
    let panicked = lines.iter().find(|line| line["level"] == "ERROR").unwrap();
    assert_eq!(panicked["fields"]["message"], "a handler panicked");
    let span = &panicked["span"];
    assert_eq!(span["name"], "request");
    assert_eq!(span[fields::METHOD], "GET");
    assert_eq!(span[fields::ROUTE], "/broken");
    assert_eq!(span[fields::CORRELATION], "till-7.span");
}

#[tokio::test]
async fn a_request_from_outside_is_one_line_and_a_call_within_the_process_none() {
    LazyLock::force(&PAGE);
    let shop = Shop::new();
    let path = format!("/orders/{}", uuid::Uuid::nil());
    let request = Request::get(&path).header("x-correlation-id", "till-7.access");
    assert_eq!(shop.ask(request, "").await.status, 200);
    let mut within = context(ada());
    within.correlation = Correlation("till-7.access".into());
    let typed = Request::get("/hello")
        .extension(within)
        .extension(Tier::Experience);
    assert_eq!(
        answer(shop.serve(ORDERS), typed.body(Body::empty()).unwrap())
            .await
            .status,
        200
    );
    let lines = lines("till-7.access");
    let [line] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    assert!(!line.to_string().contains(&path));
    let fields_logged = &line["fields"];
    let expected = [
        (fields::METHOD, "GET"),
        (fields::ROUTE, "/orders/{id}"),
        (fields::OPERATION, "read_order"),
        (fields::TENANT, "acme"),
        (fields::CONSUMER, "web-shop"),
    ];
    for (name, value) in expected {
        assert_eq!(fields_logged[name], value, "{line}");
    }
    assert_eq!(
        (&fields_logged[fields::STATUS], &line["target"]),
        (&200.into(), &"access".into())
    );
}
