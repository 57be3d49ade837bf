//! The access line: one a request from outside, readable alone, without a secret.

use crate::support::{ORDERS, Shop, ada, answer, context};
use axum::body::Body;
use crossdock_model::{Correlation, Tier};
use crossdock_telemetry::fields;
use http::Request;
use std::io;
use std::sync::{Arc, Mutex};

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

#[tokio::test]
async fn a_request_from_outside_is_one_line_and_a_call_within_the_process_none() {
    let page = Page::default();
    let writer = page.clone();
    // Set for the whole binary: a subscriber of one thread misses what other threads met first.
    tracing_subscriber::fmt()
        .json()
        .with_writer(move || writer.clone())
        .init();
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
    let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    let ours = text.lines().filter(|line| line.contains("till-7.access"));
    let lines: Vec<&str> = ours.collect();
    let [line] = lines.as_slice() else {
        panic!("{text}")
    };
    assert!(!line.contains("eyJ") && !line.contains(&path));
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    let told = &line["fields"];
    let expected = [
        (fields::METHOD, "GET"),
        (fields::ROUTE, "/orders/{id}"),
        (fields::OPERATION, "read_order"),
        (fields::TENANT, "acme"),
        (fields::CONSUMER, "web-shop"),
    ];
    for (name, value) in expected {
        assert_eq!(told[name], value, "{line}");
    }
    assert_eq!(
        (&told[fields::STATUS], &line["target"]),
        (&200.into(), &"access".into())
    );
}
