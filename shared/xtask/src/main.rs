//! The project's own commands, the same for a developer and for CI.

use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask test             format, lints, every test, generated files: what CI runs
cargo xtask openapi          write openapi/**.json from the code
cargo xtask openapi --check  fail when openapi/**.json is stale
cargo xtask bench [SECONDS]  measure in one run, as ratios to a raw store probe
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["test"] => test(),
        ["openapi"] => openapi(&["--write", "openapi"]),
        ["openapi", "--check"] => openapi(&["--check", "openapi"]),
        ["bench"] => bench("5"),
        ["bench", seconds] => bench(seconds),
        _help => {
            print(HELP);
            return if arguments.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            print(&format!("xtask: {what}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Everything that must hold before a change lands; the tests come last, so their closing lines do too.
fn test() -> Result<(), String> {
    run(
        "format (mend with: cargo fmt --all)",
        &["fmt", "--all", "--check"],
        &[],
    )?;
    let lints = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ];
    run("lints", &lints, &[])?;
    openapi(&["--check", "openapi"])?;
    run(
        "docs",
        &["doc", "--workspace", "--no-deps", "--locked"],
        &[("RUSTDOCFLAGS", "-Dwarnings")],
    )?;
    run("tests", &["test", "--workspace", "--locked"], &[])
}

fn openapi(arguments: &[&str]) -> Result<(), String> {
    let run_it = [
        "run",
        "--quiet",
        "--locked",
        "--package",
        "crossdock",
        "--",
        "openapi",
    ];
    let command: Vec<&str> = run_it.iter().chain(arguments).copied().collect();
    run("openapi (mend with: cargo xtask openapi)", &command, &[])
}

fn bench(seconds: &str) -> Result<(), String> {
    let build = ["build", "--release", "--locked", "--package", "crossdock"];
    run("release build", &build, &[])?;
    let bench = [
        "run",
        "--release",
        "--locked",
        "--package",
        "crossdock-bench",
        "--",
        seconds,
    ];
    run("bench", &bench, &[])
}

/// Runs cargo, with what it is for said first.
fn run(what: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
    print(&format!("\n== {what}: cargo {}\n", arguments.join(" ")));
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let status = Command::new(cargo)
        .args(arguments)
        .envs(variables.iter().copied())
        .status()
        .map_err(|error| format!("{what}: cargo cannot be run: {error}"))?;
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
fn print(text: &str) {
    eprint!("{text}");
}
