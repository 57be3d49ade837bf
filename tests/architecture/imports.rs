//! Who may import whom: a tier sees another only through its contract, and only the one below.

use super::nothing_breaks;
use super::tree::{Package, Role, packages};

/// What system, process and experience APIs all stand on.
const GROUND: &[&str] = &[
    "crossdock-model",
    "crossdock-outbound",
    "crossdock-policy",
    "crossdock-problem",
    "crossdock-runtime",
    "crossdock-settings",
    "crossdock-telemetry",
];

/// What an API's own tests stand it up with.
const RIG: &str = "crossdock-rig";

fn is_ours(name: &str) -> bool {
    packages().iter().any(|package| package.name == name)
}

fn is_library(name: &str) -> bool {
    let library = |role| matches!(role, Role::Model | Role::Library);
    packages()
        .iter()
        .any(|package| package.name == name && library(package.role))
}

fn is_contract(name: &str, tier: &str) -> bool {
    name.starts_with(tier) && name.ends_with("-contract")
}

/// The imports among our crates that a rule does not allow, as lines; `dev` ones count too.
fn breaking(role: Role, allowed: impl Fn(&Package, &str, bool) -> bool) -> Vec<String> {
    let of_role = packages().iter().filter(|package| package.role == role);
    let breaking = of_role.flat_map(|package| {
        let ours = package
            .imports
            .iter()
            .filter(|import| is_ours(&import.name));
        let broken = ours.filter(|import| !allowed(package, &import.name, import.dev));
        broken.map(|import| format!("{}/Cargo.toml imports {}", package.folder, import.name))
    });
    breaking.collect()
}

#[test]
fn the_model_imports_none_of_ours() {
    let broken = breaking(Role::Model, |_, _, _| false);
    nothing_breaks("crossdock-model imports none of our crates", &broken);
}

#[test]
fn libraries_import_libraries_and_never_a_tier() {
    let broken = breaking(Role::Library, |_, name, _| is_library(name));
    nothing_breaks("a library in shared/ imports libraries only", &broken);
}

#[test]
fn contracts_import_the_model_problems_and_outbound() {
    let base = ["crossdock-model", "crossdock-problem", "crossdock-outbound"];
    let mut broken = breaking(Role::SystemContract, |_, name, _| base.contains(&name));
    broken.extend(breaking(Role::ProcessContract, |_, name, _| {
        base.contains(&name) || is_contract(name, "proc-")
    }));
    let rule = "a contract imports model, problem and outbound; one of a process also the contracts of processes";
    nothing_breaks(rule, &broken);
}

#[test]
fn a_system_api_imports_its_own_contract_and_libraries_but_no_workflow() {
    let broken = breaking(Role::System, |package, name, dev| {
        let below = ["crossdock-events", "crossdock-store", "crossdock-system"];
        let own = name == format!("{}-contract", package.name);
        let backend = format!("{}-embedded", package.name);
        let tested_over = name == backend || ["crossdock-books", RIG].contains(&name);
        own || GROUND.contains(&name) || below.contains(&name) || (dev && tested_over)
    });
    let rule = "a system API imports its own contract and libraries, not the engine; its backend in tests only";
    nothing_breaks(rule, &broken);
}

#[test]
fn an_embedded_backend_knows_no_contract_and_no_api() {
    let allowed = [
        "crossdock-books",
        "crossdock-model",
        "crossdock-outbound",
        "crossdock-problem",
        "crossdock-runtime",
        "crossdock-store",
    ];
    let broken = breaking(Role::Embedded, |_, name, _| allowed.contains(&name));
    let rule = "an embedded backend stands for somebody else's system: books and libraries, never a contract";
    nothing_breaks(rule, &broken);
}

#[test]
fn a_process_api_imports_contracts_of_systems_and_processes_and_libraries() {
    let broken = breaking(Role::Process, |_, name, _| {
        let of_others = ["crossdock-books", "crossdock-channel", "crossdock-system"];
        let library = is_library(name) && !of_others.contains(&name);
        library || is_contract(name, "sys-") || is_contract(name, "proc-")
    });
    let rule =
        "a process API imports contracts of systems and processes and libraries, never an API";
    nothing_breaks(rule, &broken);
}

#[test]
fn an_experience_api_imports_contracts_of_processes_and_the_ground_alone() {
    let broken = breaking(Role::Experience, |_, name, dev| {
        let own = name == "crossdock-channel" || (dev && name == RIG);
        own || GROUND.contains(&name) || is_contract(name, "proc-")
    });
    let rule = "an experience API imports contracts of processes: no system, no store, no engine";
    nothing_breaks(rule, &broken);
}

#[test]
fn nobody_imports_the_gateway_but_those_who_watch_the_whole() {
    let whole: Vec<&str> = packages()
        .iter()
        .filter(|one| one.role == Role::Whole)
        .map(|one| &*one.name)
        .collect();
    let others = packages()
        .iter()
        .filter(|package| package.role != Role::Whole);
    let broken = others.flat_map(|package| {
        let seen = package
            .imports
            .iter()
            .filter(|import| whole.contains(&&*import.name));
        seen.map(|import| format!("{}/Cargo.toml imports {}", package.folder, import.name))
    });
    nothing_breaks(
        "only gateway, testkit, bench and tests see the whole",
        &broken.collect::<Vec<_>>(),
    );
}

#[test]
fn the_rig_is_a_matter_of_tests() {
    let used = packages().iter().filter(|package| {
        let mut imports = package.imports.iter();
        imports.any(|import| import.name == RIG && !import.dev)
    });
    let broken = used.map(|package| format!("{}/Cargo.toml imports {RIG}", package.folder));
    nothing_breaks(
        "crossdock-rig is a dev-dependency and nothing else",
        &broken.collect::<Vec<_>>(),
    );
}

#[test]
fn the_tool_imports_nothing_so_that_it_is_there_at_once() {
    let tools = packages()
        .iter()
        .filter(|package| package.role == Role::Tool);
    let broken = tools.flat_map(|tool| {
        tool.imports
            .iter()
            .map(|import| format!("{}/Cargo.toml imports {}", tool.folder, import.name))
    });
    nothing_breaks("xtask imports no crate", &broken.collect::<Vec<_>>());
}
