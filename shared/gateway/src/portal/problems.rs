//! The page that every problem's `type` points at, made from the catalogue itself.

use crate::portal::page::{page, prose};
use axum::response::Html;
use crossdock_problem::Code;

/// `GET /docs/problems`: every code with its status and its meaning.
pub(crate) async fn problems() -> Html<String> {
    let rows: String = Code::ALL.iter().map(|code| section(*code)).collect();
    let intro = "<p>Every error is an <code>application/problem+json</code> (RFC 9457) with one of these codes.</p>";
    page("Problems", &format!("{intro}\n{rows}"))
}

fn section(code: Code) -> String {
    let name = code.as_str();
    let again = if code.retryable() {
        "may succeed later"
    } else {
        "will not succeed"
    };
    format!(
        "<section id=\"{name}\"><h3>{name}</h3><p><b>{} {}</b> &middot; the same request {again}</p><p>{}</p></section>\n",
        code.status().as_u16(),
        prose(code.title()),
        prose(code.meaning()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_code_has_its_place_on_the_page() {
        let Html(page) = problems().await;
        for code in Code::ALL {
            assert!(
                page.contains(&format!("id=\"{}\"", code.as_str())),
                "{code:?}"
            );
        }
        assert!(!page.contains("<key>") && !page.contains('`'));
    }
}
