//! The project's own commands, the same for a developer and for CI.

mod command;
mod tools;

use crate::command::{print, program, run};
use std::path::Path;
use std::process::ExitCode;

/// Where `.deny.toml` says that the database of advisories is.
const ADVISORIES: &str = "target/advisories";

const HELP: &str = "\
cargo xtask test             dependencies, format, lints, every test, generated files: what CI runs
cargo xtask openapi          write openapi/**.json from the code
cargo xtask openapi --check  fail when openapi/**.json is stale
cargo xtask bench [SECONDS]  measure in one run, as ratios to a raw store probe
cargo xtask bench appends    which batches a settled order costs, and who writes them
cargo xtask bench growth [--orders N [--in FOLDER]]
                             what a history of N settled orders costs (200,000 unless said), as ratios to one of few;
                             the FOLDER stays, and the next run goes on with what is in it
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["test"] => test(),
        ["openapi"] => openapi(&["--write", "openapi"]),
        ["openapi", "--check"] => openapi(&["--check", "openapi"]),
        ["bench", what @ ..] => bench(what),
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
    let check = ["--config", ".deny.toml", "--locked", "--offline", "check"];
    let mut check = [
        &check[..],
        &["--hide-inclusion-graph", "bans", "licenses", "sources"],
    ]
    .concat();
    // Advisories come from a database elsewhere: checked where `cargo-deny fetch` has brought it.
    if Path::new(ADVISORIES).is_dir() {
        check.push("advisories");
    }
    program("licences, bans, sources (.deny.toml)", &deny, &check, &[])
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

fn bench(what: &[&str]) -> Result<(), String> {
    let build = ["build", "--release", "--locked", "--package", "crossdock"];
    run("release build", &build, &[])?;
    let bench = [
        "run",
        "--release",
        "--locked",
        "--package",
        "crossdock-bench",
        "--",
    ];
    run("bench", &[&bench[..], what].concat(), &[])
}
