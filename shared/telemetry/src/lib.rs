//! Logs: one set-up to stderr, and the names of the fields in one place.

pub mod fields;

use std::io;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One readable line an event, for people.
    Text,
    /// One JSON object an event, for machines.
    Json,
}

/// Why nothing will be logged.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The level is no filter.
    #[error("telemetry.level `{0}` is no filter: write it like info or info,access=warn")]
    Level(String),
    /// Another subscriber was there first.
    #[error("logging was set up twice in one process")]
    Twice,
}

/// Logs to stderr from now on: stdout belongs to data.
pub fn init(level: &str, format: Format, colour: bool) -> Result<(), InitError> {
    let subscriber = subscriber(level, format, colour, io::stderr)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_set_before| InitError::Twice)
}

fn subscriber<W>(
    level: &str,
    format: Format,
    colour: bool,
    writer: W,
) -> Result<Box<dyn tracing::Subscriber + Send + Sync>, InitError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder()
        .parse(level)
        .map_err(|_parse_error| InitError::Level(level.to_owned()))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer);
    Ok(match format {
        Format::Text => Box::new(builder.with_ansi(colour).finish()),
        Format::Json => Box::new(builder.json().flatten_event(true).finish()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
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

    fn written(level: &str, format: Format) -> String {
        let page = Page::default();
        let writer = page.clone();
        let subscriber = subscriber(level, format, false, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(target: "access", status = 200, "request");
            tracing::info!("started");
        });
        let bytes = page.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn machines_get_one_object_a_line_with_the_fields_on_top() {
        let lines = written("info", Format::Json);
        assert_eq!(lines.lines().count(), 2);
        assert!(
            lines.starts_with('{') && lines.contains("\"status\":200"),
            "{lines}"
        );
    }

    #[test]
    fn a_target_can_be_silenced_and_colours_stay_out() {
        let lines = written("info,access=warn", Format::Text);
        assert!(
            lines.contains("started") && !lines.contains("status"),
            "{lines}"
        );
        assert!(!lines.contains('\u{1b}'), "{lines}");
    }

    #[test]
    fn a_level_that_is_none_is_refused_with_how_to_write_one() {
        let error = init("info,access=loud", Format::Text, false).unwrap_err();
        assert!(error.to_string().contains("info,access=warn"), "{error}");
    }
}
