//! One process under test: started, waited for, asked to end, or found dead.

use serde_json::Value;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// The binary with the crash points in.
const BINARY: &str = env!("CARGO_BIN_EXE_crossdock-under-test");

/// Free ports, and backends that move at once: what every process of these tests has in common.
const COMMON: &[(&str, &str)] = &[
    ("CROSSDOCK__LISTENERS__PUBLIC", "127.0.0.1:0"),
    ("CROSSDOCK__LISTENERS__INTERNAL", "127.0.0.1:0"),
    ("CROSSDOCK__LISTENERS__OPERATIONS", "127.0.0.1:0"),
    ("CROSSDOCK__LISTENERS__HOOKS", "127.0.0.1:0"),
    ("CROSSDOCK__BACKENDS__LISTEN", "127.0.0.1:0"),
    ("CROSSDOCK__BACKENDS__AUTO_PILOT", "10ms"),
    ("CROSSDOCK__BACKENDS__AUTO_SETTLE", "20ms"),
    ("CROSSDOCK__MATURITY__WINDOW", "0s"),
    ("CROSSDOCK__ERP__CONNECTORS__MAIN__SETTLES_IN", "1s"),
    ("CROSSDOCK__TELEMETRY__LEVEL", "warn"),
];

/// Environment variables of one process.
pub(crate) type Env = Vec<(String, String)>;

/// Variables as pairs of words.
pub(crate) fn env(pairs: &[(&str, &str)]) -> Env {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

/// A process that has said it is ready.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    // Kept open: a process that talks to a closed pipe is another test.
    stdout: BufReader<ChildStdout>,
    /// The addresses of its ready line.
    pub(crate) ready: Value,
    /// The data folder that the process was started over.
    pub(crate) folder: PathBuf,
}

impl Process {
    /// Starts it and waits for its ready line; a process that ends before that is answered by its end.
    pub(crate) fn start(folder: &Path, command: &[&str], env: &Env) -> Result<Self, ExitStatus> {
        let mut process = Self::spawned(folder, &[command, &["--output", "json"]].concat(), env);
        match process.line() {
            None => Err(process.end()),
            Some(line) => {
                let line: Value = serde_json::from_str(&line).expect("the ready line is JSON");
                process.ready = line["ready"].clone();
                Ok(process)
            }
        }
    }

    /// Starts it by a shell that first runs this: a signal ignored, a limit set. `exec` keeps both and the process's id.
    pub(crate) fn up_after(folder: &Path, first: &str, command: &[&str], env: &Env) -> Self {
        let plain = command_line(folder, &[command, &["--output", "json"]].concat(), env);
        let mut line = Command::new("sh");
        line.args(["-c", &format!("{first}; exec \"$0\" \"$@\"")])
            .arg(plain.get_program())
            .args(plain.get_args())
            .stdin(Stdio::null());
        line.envs(
            plain
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        let mut process = Self::run_by(line, folder);
        let line = process
            .line()
            .unwrap_or_else(|| panic!("it did not come up\n{}", said(folder)));
        let line: Value = serde_json::from_str(&line).expect("the ready line is JSON");
        process.ready = line["ready"].clone();
        process
    }

    /// Starts it without waiting for anything.
    pub(crate) fn spawned(folder: &Path, command: &[&str], env: &Env) -> Self {
        Self::run_by(command_line(folder, command, env), folder)
    }

    fn run_by(mut line: Command, folder: &Path) -> Self {
        let mut child = line
            .stdout(Stdio::piped())
            .stderr(log(folder))
            .spawn()
            .expect("the binary can be started");
        let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Self {
            child,
            stdout,
            ready: Value::Null,
            folder: folder.to_owned(),
        }
    }

    /// The next line it says on stdout; none once it has ended.
    pub(crate) fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.stdout.read_line(&mut line);
        (read.expect("stdout can be read") > 0).then_some(line)
    }

    /// Starts it; panics with its log when it does not come up.
    pub(crate) fn up(folder: &Path, command: &[&str], env: &Env) -> Self {
        Self::start(folder, command, env)
            .unwrap_or_else(|status| panic!("it did not come up: {status}\n{}", said(folder)))
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The address of one of its listeners.
    pub(crate) fn address(&self, listener: &str) -> String {
        let address = self.ready[listener].as_str();
        address
            .unwrap_or_else(|| panic!("no {listener} in {}", self.ready))
            .to_owned()
    }

    /// Asks it to end, as an init system does, and waits until it has.
    pub(crate) fn stop(self) -> ExitStatus {
        self.signal("-TERM");
        self.end()
    }

    /// Sends the process a signal, such as `-TERM`.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "{signal} could not be sent"
        );
    }

    /// Waits until it has ended.
    pub(crate) fn end(mut self) -> ExitStatus {
        self.child.wait().expect("its end can be waited for")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that failed leaves nothing running; one that has ended is not there any more.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs a command to its end; answers it with what it said on stdout and stderr.
pub(crate) fn run(folder: &Path, command: &[&str], env: &Env) -> (ExitStatus, String, String) {
    let output = command_line(folder, command, env)
        .output()
        .expect("the binary can be run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status, text(&output.stdout), text(&output.stderr))
}

/// What the processes of a data folder have logged.
pub(crate) fn said(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("stderr.log")).unwrap_or_default()
}

fn command_line(folder: &Path, command: &[&str], env: &Env) -> Command {
    let mut line = Command::new(BINARY);
    line.args(command)
        .arg("--data")
        .arg(folder)
        .stdin(Stdio::null());
    line.envs(COMMON.iter().copied())
        .envs(env.iter().map(|(name, value)| (name, value)));
    line
}

fn log(folder: &Path) -> File {
    std::fs::create_dir_all(folder).expect("the data folder can be made");
    let file = File::options()
        .create(true)
        .append(true)
        .open(folder.join("stderr.log"));
    file.expect("the log can be written")
}
