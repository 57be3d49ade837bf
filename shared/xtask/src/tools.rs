//! Brings the checkers that cargo does not come with: each at one version, once, into `target/tools`.

use crate::command::print;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A checker: its binary and crate, and its version.
pub(crate) struct Tool(&'static str, &'static str);

/// Licences, banned and doubled crates, sources, advisories: `.deny.toml` says what may be there.
pub(crate) const DENY: Tool = Tool("cargo-deny", "0.20.2");
/// Dependencies that no code uses.
pub(crate) const SHEAR: Tool = Tool("cargo-shear", "1.14.0");

/// Wheels that hold the built binaries, each with its hash: seconds instead of minutes of compiling.
const WHEELS: &str = include_str!("../tools.txt");

impl Tool {
    /// The binary, brought first when it is not there yet: as a wheel, else built from its crate.
    pub(crate) fn get(&self) -> Result<PathBuf, String> {
        let Self(name, version) = self;
        let folder = Path::new("target/tools").join(format!("{name}-{version}"));
        let binary = folder.join("bin").join(name);
        if binary.is_file() {
            return Ok(binary);
        }
        print(&format!("\n== bringing {name} {version}\n"));
        if !self.install_wheel(&folder) {
            self.build_crate(&folder)?;
        }
        if binary.is_file() {
            Ok(binary)
        } else {
            Err(format!(
                "{name} was installed, but {} is not there",
                binary.display()
            ))
        }
    }

    /// Whether pip is there and has a wheel for this machine.
    fn install_wheel(&self, folder: &Path) -> bool {
        let Self(name, version) = self;
        let wanted = format!("{name}=={version} ");
        let lines = WHEELS.lines().filter(|line| line.contains(&wanted));
        let wheel: Vec<&str> = lines.collect();
        let list = folder.with_extension("txt");
        let written =
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&list, wheel.join("\n")));
        let pip = Command::new("python3")
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--require-hashes",
            ])
            .args([
                "--disable-pip-version-check",
                "--root-user-action=ignore",
                "--target",
            ])
            .arg(folder)
            .arg("--requirement")
            .arg(&list)
            .status();
        written.is_ok() && pip.is_ok_and(|status| status.success())
    }

    fn build_crate(&self, folder: &Path) -> Result<(), String> {
        let Self(name, version) = self;
        let cargo = option_env!("CARGO").unwrap_or("cargo");
        let built = Command::new(cargo)
            .args(["install", "--locked", "--version", version, "--root"])
            .arg(folder)
            .arg(name)
            .status();
        if built.is_ok_and(|status| status.success()) {
            Ok(())
        } else {
            Err(format!("cargo cannot install {name} {version}: see above"))
        }
    }
}
