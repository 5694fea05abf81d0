//! One process: started, killed and started again under the same settings.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

use super::HarnessError;

const POLL: Duration = Duration::from_millis(10);
const TAIL_LINES: usize = 15;

/// A program with its settings, running or not. Dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    folder: PathBuf,
    log: PathBuf,
    running: Option<Running>,
}

impl Process {
    /// A program that is not started yet; what it prints is appended to `log`.
    pub fn new(name: impl Into<String>, program: impl Into<PathBuf>, log: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: PathBuf::from("."),
            log: log.into(),
            running: None,
        }
    }

    /// Replaces the program, for the next start.
    pub fn set_program(&mut self, program: impl Into<PathBuf>) {
        self.program = program.into();
    }

    /// Replaces the arguments, for the next start.
    pub fn set_arguments(&mut self, arguments: impl IntoIterator<Item = impl Into<String>>) {
        self.arguments = arguments.into_iter().map(Into::into).collect();
    }

    /// Sets an environment variable, for the next start.
    pub fn set_variable(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.environment.push((name.into(), value.into()));
    }

    /// Sets the folder in which it runs, for the next start.
    pub fn set_folder(&mut self, folder: impl Into<PathBuf>) {
        self.folder = folder.into();
    }

    /// Where its output is.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Starts it, if it does not run.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Start`], or [`HarnessError::Io`] when the log cannot be opened.
    pub fn start(&mut self) -> Result<(), HarnessError> {
        if self.running.is_some() {
            return Ok(());
        }
        let log = OpenOptions::new().create(true).append(true).open(&self.log);
        let log = log.map_err(HarnessError::io(format!("opening {}", self.log.display())))?;
        let errors = log.try_clone().map_err(HarnessError::io("sharing a log"))?;
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|error| self.cannot_start(&error))?;
        self.running = Some(Running::watch(child));
        Ok(())
    }

    /// Kills it with SIGKILL, as a crash would, and waits until it is gone.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Asks it to end with SIGTERM, and kills it when it has not ended `within` that time. Whether it ended by itself.
    pub async fn stop(&mut self, within: Duration) -> bool {
        self.terminate();
        let deadline = Instant::now() + within;
        while self.ended().is_none() && Instant::now() < deadline {
            sleep(POLL).await;
        }
        let by_itself = self.ended().is_some();
        self.kill();
        by_itself
    }

    /// Asks it to end with SIGTERM, and does not wait for it.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Stops it where it stands, sockets open: a host that hangs.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets a frozen process go on.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// How it ended, when it ended by itself.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.running.as_mut()?.child.try_wait().ok().flatten()
    }

    /// Waits until `ready` says yes.
    ///
    /// # Errors
    ///
    /// [`HarnessError::NotReady`] when the process ends, or when time is up.
    pub async fn wait_until<F: Future<Output = bool>>(
        &mut self,
        within: Duration,
        ready: impl Fn() -> F,
    ) -> Result<(), HarnessError> {
        let deadline = Instant::now() + within;
        loop {
            if ready().await {
                return Ok(());
            }
            if let Some(status) = self.ended() {
                return Err(self.not_ready(format!("it ended with {status}")));
            }
            if Instant::now() > deadline {
                return Err(self.not_ready(format!("not after {within:?}")));
            }
            sleep(POLL).await;
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(running) = &self.running {
            running.signal(signal);
        }
    }

    fn cannot_start(&self, error: &std::io::Error) -> HarnessError {
        HarnessError::Start { program: self.program.display().to_string(), reason: error.to_string() }
    }

    fn not_ready(&self, reason: String) -> HarnessError {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines = text.lines().collect::<Vec<_>>();
        let tail = lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n");
        HarnessError::NotReady { process: self.name.clone(), reason, log: self.log.clone(), tail }
    }
}

/// A running child, and the shell that kills it should this program be killed itself.
#[derive(Debug)]
struct Running {
    child: Child,
    watchdog: Option<Child>,
}

impl Running {
    fn watch(child: Child) -> Self {
        // The shell's input is a pipe that only this program holds: when it closes, this program is gone.
        let watchdog = Command::new("sh")
            .args(["-c", "read _; kill -9 \"$1\"", "watchdog", &child.id().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok();
        Self { child, watchdog }
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended a moment ago.
            let _ = kill_process(pid, signal);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The watchdog first: a process id is free for others once its process has been waited for.
        for child in self.watchdog.iter_mut().chain([&mut self.child]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
