//! Programs under test, as processes: order-processor and dacapo-sidecar.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::LONG;

/// A running program whose lines are read as they come.
pub(crate) struct Process {
    child: Child,
    output: Arc<Output>,
}

#[derive(Default)]
struct Output {
    seen: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Default)]
struct Seen {
    lines: Vec<String>,
    streams_closed: u32,
}

/// dacapo-sidecar on a database file, which comes back at the same port.
pub(crate) struct Sidecar {
    process: Process,
    db: PathBuf,
    pub(crate) port: u16,
}

impl Sidecar {
    pub(crate) fn start(db: &Path) -> Self {
        let port = free_port();
        Self { process: Self::launch(db, port), db: db.to_owned(), port }
    }

    fn launch(db: &Path, port: u16) -> Process {
        let process = Process::sidecar(&["--port", &port.to_string(), "--db", db.to_str().unwrap()]);
        process.line_with("is ready");
        process
    }

    /// Kills it with SIGKILL and starts it again.
    pub(crate) fn kill_and_restart(&mut self) {
        self.process.kill();
        self.process = Self::launch(&self.db, self.port);
    }

    /// Lets it end by itself and starts it again.
    pub(crate) fn stop_and_restart(&mut self) {
        self.process.terminate();
        self.process.ended();
        self.process = Self::launch(&self.db, self.port);
    }
}

/// A port that the system gives to nobody by itself, so that it is still free after a restart.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let base = 20_000 + std::process::id() % 5_000;
    loop {
        let port = u16::try_from(base + NEXT.fetch_add(1, Ordering::Relaxed)).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Lines of standard output and standard error, in the order of arrival.
    pub(crate) lines: Vec<String>,
}

impl Process {
    /// Starts order-processor in `folder`, with its own sidecar unless `variables` name one.
    pub(crate) fn order_processor(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start(order_processor(folder).args(arguments).envs(variables.iter().copied()))
    }

    /// Starts dacapo-sidecar.
    pub(crate) fn sidecar(arguments: &[&str]) -> Self {
        Self::start(Command::new(sidecar_program()).env_remove("DAPR_GRPC_PORT").args(arguments))
    }

    fn start(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = Arc::new(Output::default());
        read_lines(child.stdout.take().unwrap(), Arc::clone(&output));
        read_lines(child.stderr.take().unwrap(), Arc::clone(&output));
        Self { child, output }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line that contains `text`, and returns it.
    #[track_caller]
    pub(crate) fn line_with(&self, text: &str) -> String {
        let found = self.wait_until(|lines| lines.iter().find(|line| line.contains(text)).cloned());
        let Some(line) = found else { panic!("it did not say `{text}`, but:\n{}", self.lines().join("\n")) };
        line
    }

    /// Waits until so many lines were said; false when it ended before.
    pub(crate) fn said(&self, count: usize) -> bool {
        self.wait_until(|lines| (lines.len() >= count).then_some(())).is_some()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.output.seen.lock().unwrap_or_else(PoisonError::into_inner).lines.clone()
    }

    /// Writes a line to its standard input.
    pub(crate) fn tell(&mut self, line: &str) {
        let stdin: &mut ChildStdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        let status = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> Ended {
        // Both streams close when it ends; before that there may be more to read.
        let mut seen = self.output.seen.lock().unwrap();
        let deadline = Instant::now() + LONG;
        while seen.streams_closed < 2 {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(left > Duration::ZERO, "it does not end; it said:\n{}", seen.lines.join("\n"));
            seen = self.output.changed.wait_timeout(seen, left).unwrap().0;
        }
        Ended { status: self.child.wait().unwrap(), lines: seen.lines.clone() }
    }

    fn wait_until<T>(&self, found: impl Fn(&[String]) -> Option<T>) -> Option<T> {
        let mut seen = self.output.seen.lock().unwrap();
        let deadline = Instant::now() + LONG;
        loop {
            if let Some(found) = found(&seen.lines) {
                return Some(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if seen.streams_closed == 2 || left.is_zero() {
                return None;
            }
            seen = self.output.changed.wait_timeout(seen, left).unwrap().0;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// Whether a line contains `text`.
    pub(crate) fn said(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.contains(text))
    }

    /// Checks the exit code, and that each text stands in a line.
    #[track_caller]
    pub(crate) fn check(&self, code: i32, texts: &[&str]) {
        let all = self.lines.join("\n");
        assert_eq!(self.status.code(), Some(code), "{all}");
        for text in texts {
            assert!(self.said(text), "it did not say `{text}`, but:\n{all}");
        }
    }
}

/// order-processor in `folder`, with nothing of the surroundings that could mislead it.
pub(crate) fn order_processor(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_order-processor"));
    for variable in
        ["DAPR_GRPC_PORT", "DAPR_GRPC_ENDPOINT", "DAPR_RUNTIME_HOST", "DAPR_API_TOKEN", "RUST_LOG"]
    {
        command.env_remove(variable);
    }
    command.current_dir(folder);
    command
}

fn read_lines(stream: impl Read + Send + 'static, output: Arc<Output>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { break };
            output.seen.lock().unwrap().lines.push(line);
            output.changed.notify_all();
        }
        output.seen.lock().unwrap().streams_closed += 1;
        output.changed.notify_all();
    });
}

/// The program `dacapo-sidecar`. `cargo test --workspace` builds it; a test of this package alone may have to.
fn sidecar_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let ours = Path::new(env!("CARGO_BIN_EXE_order-processor"));
        let program = ours.with_file_name(format!("dacapo-sidecar{}", std::env::consts::EXE_SUFFIX));
        if changed(&program).is_none_or(|built| built < newest(&workspace().join("sidecar/src"))) {
            build_sidecar();
        }
        assert!(program.exists(), "{} was not built", program.display());
        program
    })
}

fn build_sidecar() {
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--quiet", "--package", "dacapo-sidecar", "--bin", "dacapo-sidecar"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    assert!(command.current_dir(workspace()).status().unwrap().success());
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

fn newest(folder: &Path) -> SystemTime {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let times = entries.map(|path| if path.is_dir() { newest(&path) } else { changed(&path).unwrap() });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}
