//! `cargo figures check`: what `cargo check` costs for workflows, beside the same code as plain async functions.
//!
//! Two crates are written outside the project and checked with cargo's default profile. CPU time is read, not the clock
//! on the wall, and the two take turns, so that a machine that is busy otherwise spoils neither.

mod generate;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::{Mark, Report, median, median_ratio};

/// How often each crate is checked.
const REPETITIONS: usize = 7;

/// Hundredths of a second: what the kernel counts CPU time in, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// When a crate is checked.
#[derive(Clone, Copy)]
enum After {
    /// Nothing is kept of an earlier check of this crate.
    Nothing,
    /// Its file is newer than what is kept.
    Touch,
    /// A number in every function has changed.
    Edit,
}

/// Measures, and prints the figures.
pub fn run(strict: bool) -> ExitCode {
    let folder = std::env::temp_dir().join(format!("dacapo-figures-check-{}", std::process::id()));
    let mut report = Report::default();
    let outcome = measure(&folder, &mut report);
    // What was generated is of no use to anybody; that it cannot be removed is no reason to fail.
    let _ = fs::remove_dir_all(&folder);
    match outcome {
        Ok(()) => report.end(strict),
        Err(error) => {
            eprintln!("the compile time could not be measured: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(folder: &Path, report: &mut Report) -> io::Result<()> {
    for (suffix, most, macros_optimised) in [("", 3.0, false), ("_optimised_macros", 2.0, true)] {
        let crates = Crates::generate(&folder.join(format!("crates{suffix}")), macros_optimised)?;
        let name = format!("check_200x20_over_plain{suffix}");
        for (after, when) in [(After::Nothing, ""), (After::Touch, "_touched"), (After::Edit, "_edited")] {
            let (mut flows, mut plain) = (Vec::new(), Vec::new());
            for _ in 0..REPETITIONS {
                plain.push(crates.check("plain", after)?);
                flows.push(crates.check("workflows", after)?);
            }
            let ratio = median_ratio(&flows, &plain);
            let name = format!("{name}{when}");
            report.promise(&name, ratio, "ratio", Mark::AtMost(most));
            report.tell(&format!("{name}_workflows"), median(flows), "s");
            report.tell(&format!("{name}_plain"), median(plain), "s");
        }
    }
    Ok(())
}

/// The two crates, in a workspace of their own.
struct Crates {
    folder: PathBuf,
}

impl Crates {
    /// Writes them, and compiles what both depend on.
    fn generate(folder: &Path, macros_optimised: bool) -> io::Result<Self> {
        let crates = Self { folder: folder.to_owned() };
        generate::workspace(folder, macros_optimised)?;
        crates.cargo("plain")?;
        crates.cargo("workflows")?;
        Ok(crates)
    }

    /// The seconds of CPU that one check takes.
    fn check(&self, name: &str, after: After) -> io::Result<f64> {
        let file = self.folder.join(name).join("src/lib.rs");
        match after {
            After::Nothing => self.forget(name)?,
            After::Touch => {}
            After::Edit => {
                let text = fs::read_to_string(&file)?;
                fs::write(&file, generate::edited(&text))?;
            }
        }
        fs::File::options().append(true).open(&file)?.set_modified(std::time::SystemTime::now())?;
        let before = children_cpu()?;
        self.cargo(name)?;
        Ok(children_cpu()? - before)
    }

    /// Removes what the compiler keeps of an earlier check.
    fn forget(&self, name: &str) -> io::Result<()> {
        for kept in fs::read_dir(self.folder.join("target/debug/incremental"))? {
            let kept = kept?;
            if kept.file_name().to_string_lossy().starts_with(&format!("{name}-")) {
                fs::remove_dir_all(kept.path())?;
            }
        }
        Ok(())
    }

    fn cargo(&self, name: &str) -> io::Result<()> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["check", "--quiet", "--package", name])
            .current_dir(&self.folder)
            // The target folder has to be this workspace's own.
            .env_remove("CARGO_TARGET_DIR")
            .stdout(Stdio::null())
            .output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// The CPU time of all children that have ended, and of theirs.
fn children_cpu() -> io::Result<f64> {
    let text = fs::read_to_string("/proc/self/stat")?;
    parse_children_cpu(&text).ok_or_else(|| io::Error::other("/proc/self/stat is not as Linux writes it"))
}

/// Fields 16 and 17, `cutime` and `cstime`; the second field is a name in parentheses that may hold anything.
fn parse_children_cpu(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_time_of_children_is_read_past_an_odd_name() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 100 200 0 0 11 12 130 24 20 0 1 0 100 200";
        assert_eq!(parse_children_cpu(stat), Some(1.54));
        assert_eq!(parse_children_cpu("nothing"), None);
    }

    #[test]
    fn children_that_have_ended_only_add_to_the_time() {
        let before = children_cpu().expect("Linux");
        Command::new("true").status().expect("true runs");
        assert!(children_cpu().expect("Linux") >= before);
    }
}
