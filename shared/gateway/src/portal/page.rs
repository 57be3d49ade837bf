//! The frame of every page of the portal: one look, no asset from elsewhere, readable without scripts.

use axum::response::Html;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--mark:#fff3c4}\
@media(prefers-color-scheme:dark){:root{--mark:#4a3d00}}\
body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
nav a{margin-right:1.2rem}h1{margin:.6rem 0 0}h2{margin:2.2rem 0 .4rem}h3{margin:1.6rem 0 0;font:600 1rem ui-monospace,monospace}\
p{margin:.3rem 0}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.45rem .8rem .45rem 0;border-bottom:1px solid var(--line)}\
td code,td:last-child{white-space:nowrap}code,pre{font:.92em ui-monospace,monospace}pre{overflow-x:auto;padding:.8rem;border:1px solid var(--line);border-radius:.4rem}\
:target{background:var(--mark)}summary{cursor:pointer}";

/// A page with the portal's navigation; `body` is HTML.
pub(crate) fn page(title: &str, body: &str) -> Html<String> {
    let title = escaped(title);
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} - Crossdock</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\
         <nav><a href=\"/docs/\">APIs</a><a href=\"/docs/events\">Events</a><a href=\"/docs/problems\">Problems</a>\
         <a href=\"/.well-known/api-catalog\">Catalog</a></nav><main><h1>{title}</h1>\n{body}</main></body></html>\n"
    ))
}

/// Text as HTML: nothing in it is markup.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A sentence of a doc comment as HTML: what stands in backticks is code.
pub(crate) fn prose(text: &str) -> String {
    let parts = text.trim().split('`').enumerate();
    let marked = parts.map(|(at, part)| match at % 2 {
        1 => format!("<code>{}</code>", escaped(part)),
        _plain => escaped(part),
    });
    marked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_a_sentence_is_shown_as_code_and_nothing_in_it_is_markup() {
        assert_eq!(
            prose("Send `<key>` & wait"),
            "Send <code>&lt;key&gt;</code> &amp; wait"
        );
    }
}
