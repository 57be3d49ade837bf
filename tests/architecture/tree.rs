//! The workspace as cargo and the file system list it, read once.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// One crate of the workspace.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// Its folder, relative to the root: `system-apis/erp/contract`.
    pub(super) folder: String,
    pub(super) role: Role,
    pub(super) imports: Vec<Import>,
}

/// What one manifest asks for.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) name: String,
    /// Only its own tests see it.
    pub(super) dev: bool,
}

/// What a crate is, listed by its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// `shared/model`: the words that everybody uses.
    Model,
    /// Any other crate of `shared/` that APIs build on.
    Library,
    /// Wires or watches everything: the gateway, the test kit, the bench, the integration tests.
    Whole,
    /// `shared/xtask`, which starts cargo and so imports nothing.
    Tool,
    SystemContract,
    System,
    Embedded,
    ProcessContract,
    Process,
    Experience,
}

/// The folder of the workspace manifest.
pub(super) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap()
}

/// Every crate, as `cargo metadata` lists it.
pub(super) fn packages() -> &'static [Package] {
    static PACKAGES: OnceLock<Vec<Package>> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
        let packages = listed["packages"].as_array().unwrap();
        packages.iter().map(package).collect()
    })
}

fn package(listed: &Value) -> Package {
    let manifest = Path::new(listed["manifest_path"].as_str().unwrap());
    let folder = relative(manifest.parent().unwrap());
    let import = |listed: &Value| Import {
        name: listed["name"].as_str().unwrap().to_owned(),
        dev: listed["kind"] == "dev",
    };
    Package {
        name: listed["name"].as_str().unwrap().to_owned(),
        role: role(&folder),
        imports: listed["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .map(import)
            .collect(),
        folder,
    }
}

fn role(folder: &str) -> Role {
    let parts: Vec<&str> = folder.split('/').collect();
    match parts.as_slice() {
        ["shared", "model"] => Role::Model,
        ["shared", "gateway" | "testkit" | "bench"] | ["tests"] => Role::Whole,
        ["shared", "xtask"] => Role::Tool,
        ["shared", _library] => Role::Library,
        ["system-apis", _domain] => Role::System,
        ["system-apis", _domain, "contract"] => Role::SystemContract,
        ["system-apis", _domain, "embedded"] => Role::Embedded,
        ["process-apis", _process] => Role::Process,
        ["process-apis", _process, "contract"] => Role::ProcessContract,
        ["experience-apis", _channel] => Role::Experience,
        _elsewhere => panic!("{folder} is no place for a crate: see shared/docs/ARCHITECTURE.md"),
    }
}

/// One text file of the tree.
#[derive(Debug)]
pub(super) struct File {
    /// The path below the root, with slashes.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    pub(super) fn lines(&self) -> usize {
        self.text.lines().count()
    }
}

/// Every file with one of those endings, sorted; what cargo builds and what git keeps is left out.
pub(super) fn files(ending: &str) -> Vec<File> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let hidden = name.starts_with('.') || ["target", "data"].contains(&name.as_str());
            if path.is_dir() && !hidden {
                folders.push(path);
            } else if path.is_file() && name.ends_with(ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push(File {
                    path: relative(&path),
                    text,
                });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap()
        .to_string_lossy()
        .into_owned()
}
