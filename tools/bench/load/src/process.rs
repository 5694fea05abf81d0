//! A worker in a process of its own, which tells the CPU time that it has used.

use std::process::Stdio;

use rustix::time::{ClockId, clock_gettime};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines, stdin};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::Failure;

/// Whose worker it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Ours,
    Peers,
}

/// A running worker. It ends when it is stopped, or when this program ends and takes the pipe with it.
pub(crate) struct WorkerProcess {
    child: Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl WorkerProcess {
    /// Starts a worker on the sidecar at `address`, and waits until it runs.
    pub(crate) async fn start(whose: Whose, address: &str) -> Result<Self, Failure> {
        let name = if whose == Whose::Ours { "ours" } else { "peer" };
        let mut child = Command::new(std::env::current_exe()?)
            .args(["worker", name, address])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("a worker was started without its pipes".into());
        };
        let mut worker = Self { child, questions, answers: BufReader::new(answers).lines() };
        worker.cpu().await?;
        Ok(worker)
    }

    /// The seconds of CPU that it has used so far.
    pub(crate) async fn cpu(&mut self) -> Result<f64, Failure> {
        self.questions.write_all(b"cpu\n").await?;
        let answer = self.answers.next_line().await?.ok_or("a worker has ended")?;
        Ok(answer.parse()?)
    }

    /// Its resident memory, in MiB.
    pub(crate) fn resident_mib(&self) -> Result<f64, Failure> {
        let id = self.child.id().ok_or("a worker has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmRSS in /proc")?;
        Ok(kib.trim().parse::<f64>()? / 1024.0)
    }

    /// Ends it as a deployment would, and waits until it is gone.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        let Self { mut child, questions, answers } = self;
        drop((questions, answers));
        let status = child.wait().await?;
        if status.success() { Ok(()) } else { Err(format!("a worker ended with {status}").into()) }
    }
}

/// The worker's side: answers every line with the seconds of CPU used so far, until the input ends.
pub(crate) async fn answer_questions() -> Result<(), Failure> {
    let mut lines = BufReader::new(stdin()).lines();
    while lines.next_line().await?.is_some() {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        println!("{}", time.tv_sec as f64 + time.tv_nsec as f64 / 1e9);
    }
    Ok(())
}
