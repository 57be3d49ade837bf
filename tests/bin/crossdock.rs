//! The binary as it is, with the crash points in: what the tests of processes start and kill.

use std::process::ExitCode;

fn main() -> ExitCode {
    crossdock::run()
}
