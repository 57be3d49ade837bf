//! The only place that reads the process's environment.

/// Environment variables, each by name with its text.
pub type Variables = Vec<(String, String)>;

/// Every variable that sets a configuration key: `CROSSDOCK__ERP__BASE_URL`.
pub fn environment() -> Variables {
    let ours = |(name, _): &(String, String)| name.starts_with(crate::layers::PREFIX);
    let text = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    text.filter(ours).collect()
}

/// Whether the terminal's owner asked for no colours (<https://no-color.org>).
pub fn no_color() -> bool {
    variable("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Where a crash test wants the process to die: `CRASH_AT=workflow/node/point`.
pub fn crash_at() -> Option<String> {
    variable("CRASH_AT")
}

/// At which occurrence of a store or wire point it is to die: `CRASH_NTH=before-commit:3`.
pub fn crash_nth() -> Option<(String, u64)> {
    let text = variable("CRASH_NTH")?;
    let (point, nth) = text.split_once(':')?;
    Some((point.to_owned(), nth.parse().ok()?))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one reader that everything else asks"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
