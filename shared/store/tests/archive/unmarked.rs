//! What a store says, as if nothing of it had been archived.

/// The same as if nothing had been archived: an instance's row says in which month it is, and nothing else differs.
pub(crate) fn unmarked(said: Vec<Option<String>>) -> Vec<Option<String>> {
    let plain = |text: String| {
        let mut parts = text.split("archived: Some(ArchiveMonth(");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            let (_month, rest) = part.split_once("))").unwrap();
            format!("{text}archived: None{rest}")
        })
    };
    said.into_iter().map(|answer| answer.map(plain)).collect()
}
