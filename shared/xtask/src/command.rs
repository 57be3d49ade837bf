//! Other programs, run one after the other, each with what it is for said first.

use std::path::Path;
use std::process::Command;

/// Runs cargo, with what it is for said first.
pub(crate) fn run(
    what: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Result<(), String> {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    program(what, Path::new(cargo), arguments, variables)
}

pub(crate) fn program(
    what: &str,
    program: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Result<(), String> {
    let name = program.file_name().unwrap_or_default().display();
    print(&format!("\n== {what}: {name} {}\n", arguments.join(" ")));
    let status = Command::new(program)
        .args(arguments)
        .envs(variables.iter().copied())
        .status()
        .map_err(|error| format!("{what}: {name} cannot be run: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{what} failed ({status})"))
    }
}

/// Talk goes to stderr; cargo's own output stays as it is.
#[expect(
    clippy::print_stderr,
    reason = "a command-line tool talks to the one who runs it"
)]
pub(crate) fn print(text: &str) {
    eprint!("{text}");
}
