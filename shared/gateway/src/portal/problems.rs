//! The page that every problem's `type` points at, made from the catalogue itself.

use axum::response::Html;
use crossdock_problem::Code;
use std::fmt::Write as _;

/// `GET /docs/problems`.
pub(crate) async fn page() -> Html<String> {
    let mut rows = String::new();
    for code in Code::ALL {
        let word = code.as_str();
        let retry = if code.retryable() {
            "may succeed later"
        } else {
            "will not succeed"
        };
        // Writing into a string cannot fail.
        let written = writeln!(
            rows,
            "<section id=\"{word}\"><h2>{word}</h2><p><b>{} {}</b> &middot; the same request {retry}</p><p>{}</p></section>",
            code.status().as_u16(),
            escaped(code.title()),
            escaped(code.meaning().trim()),
        );
        if written.is_err() {
            break;
        }
    }
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Crossdock: problems</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <style>body{{font:16px/1.5 system-ui;max-width:48rem;margin:2rem auto;padding:0 1rem}}\
         h2{{font:600 1rem ui-monospace,monospace;margin:2rem 0 0}}p{{margin:.2rem 0}}:target{{background:#fff3c4;color:#000}}</style>\
         <h1>Problems</h1><p>Every error is an <code>application/problem+json</code> (RFC 9457) with one of these codes.</p>\n{rows}</html>\n"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_code_has_its_place_on_the_page() {
        let Html(page) = page().await;
        for code in Code::ALL {
            assert!(
                page.contains(&format!("id=\"{}\"", code.as_str())),
                "{code:?}"
            );
        }
        assert!(!page.contains("<key>"));
    }
}
