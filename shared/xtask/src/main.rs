//! The project's own commands, the same for a developer and for CI.

mod tools;

use std::path::Path;
use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask test             dependencies, format, lints, every test, generated files: what CI runs
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
    dependencies()?;
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

/// What the manifests name is used, and what the tree holds may be there.
fn dependencies() -> Result<(), String> {
    let shear = tools::SHEAR.get()?;
    let unused = ["--locked", "--deny-warnings"];
    program("unused dependencies", &shear, &unused, &[])?;
    let deny = tools::DENY.get()?;
    // Advisories come from a database that is fetched from elsewhere: checked where one is at hand.
    let advisories = advisory_database().is_some_and(|folder| folder.is_dir());
    let mut check = vec!["--config", ".deny.toml", "--locked", "--offline", "check"];
    check.extend(["--hide-inclusion-graph", "bans", "licenses", "sources"]);
    if advisories {
        check.push("advisories");
    }
    program("licences, bans, sources (.deny.toml)", &deny, &check, &[])
}

/// Where cargo-deny keeps the database of advisories, once `cargo deny fetch` has brought it.
fn advisory_database() -> Option<std::path::PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(std::path::PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo")))?;
    Some(home.join("advisory-dbs"))
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
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    program(what, Path::new(cargo), arguments, variables)
}

fn program(
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
fn print(text: &str) {
    eprint!("{text}");
}
