//! How many instructions the hot roads take, counted by valgrind's callgrind and compared with what is recorded.
//!
//! Instructions do not depend on how busy a machine is, so a change that makes a road longer shows at once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::process::{Command, ExitCode};

use bytes::Bytes;

use crate::ours::Ours;
use crate::script::{History, Script};

/// What is recorded, beside the code.
const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.txt");

/// How much longer than recorded a road may be.
const GROWTH_MAX: f64 = 1.10;

/// The roads: a warm turn that brings a delta, one that brings its whole history, and a replay, all after 1,000
/// activities. Each is counted over so many work items.
const ROADS: [(&str, usize); 3] = [("warm_turn", 100), ("warm_turn_full", 10), ("cold_replay", 1)];

/// Instructions a turn, by road.
type Counts = BTreeMap<String, u64>;

/// Counts all roads and compares them with the record: a failure when one is longer than it may be.
pub fn compare() -> ExitCode {
    let outcome = count_all().and_then(|counted| {
        let recorded = read();
        for (road, now) in &counted {
            let before = recorded.get(road).copied().unwrap_or_default();
            println!("instructions {road} {now} (recorded {before}, {:+.1} %)", growth(before, *now));
        }
        verdict(&recorded, &counted)
    });
    end(outcome)
}

/// Counts all roads and writes the record.
pub fn record() -> ExitCode {
    end(count_all().and_then(|counted| write(&counted)))
}

/// Walks one road; what is to be counted happens in [`counted_by_callgrind`].
///
/// # Panics
///
/// When there is no such road.
pub fn walk(road: &str) {
    let script = Script::chain(1200);
    let mut worker = Ours::new();
    let (_, turns) = *ROADS.iter().find(|(name, _)| *name == road).expect("the name of a road");
    let history = if road == "warm_turn" { History::Delta } else { History::Full };
    if road != "cold_replay" {
        for turn in 0..1000 {
            worker.run(script.work_item("chain-1", turn, History::Delta));
        }
    }
    let work_items: Vec<_> =
        (1000..1000 + turns).map(|turn| script.work_item("chain-1", turn, history)).collect();
    counted_by_callgrind(&mut worker, work_items);
}

#[inline(never)]
fn counted_by_callgrind(worker: &mut Ours, work_items: Vec<Bytes>) {
    for work_item in work_items {
        black_box(worker.run(work_item));
    }
}

fn count_all() -> Result<Counts, String> {
    let mut counted = Counts::new();
    for (road, turns) in ROADS {
        counted.insert(road.to_owned(), count(road)? / turns as u64);
    }
    Ok(counted)
}

fn count(road: &str) -> Result<u64, String> {
    if cfg!(debug_assertions) || cfg!(target_feature = "sse3") || cfg!(not(target_arch = "x86_64")) {
        return Err(
            "instructions are counted in a release build for the plain x86-64 that Rust compiles to: \
                    `cargo figures instructions` on such a machine, with `target-cpu` unset"
                .to_owned(),
        );
    }
    let program =
        std::env::current_exe().map_err(|error| format!("this program cannot be found: {error}"))?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*counted_by_callgrind*"])
        .args(["--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["walk", road])
        // The C library chooses its copies by the processor; here it takes the ones that every processor has.
        .env("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-ERMS,-FSRM")
        .output()
        .map_err(|error| format!("valgrind does not run ({error}); `apt-get install valgrind`"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let collected = log.lines().find_map(|line| line.split("Collected :").nth(1)?.trim().parse().ok());
    collected.filter(|count| *count > 0).ok_or_else(|| format!("callgrind counted nothing:\n{log}"))
}

/// What is wrong with the counts, in words.
fn verdict(recorded: &Counts, counted: &Counts) -> Result<(), String> {
    let mut problems = Vec::new();
    for (road, now) in counted {
        match recorded.get(road) {
            Some(before) if *now as f64 <= *before as f64 * GROWTH_MAX => {}
            Some(before) => problems.push(format!(
                "{road} takes {:.1} % more instructions than recorded, and 10 % are allowed: shorten it, or record why it is longer with `cargo figures instructions --record`",
                growth(*before, *now)
            )),
            None => problems.push(format!("{road} is not recorded: `cargo figures instructions --record`")),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

fn growth(before: u64, now: u64) -> f64 {
    (now as f64 / before as f64 - 1.0) * 100.0
}

fn read() -> Counts {
    let text = fs::read_to_string(RECORD).unwrap_or_default();
    let line = |line: &str| {
        let (road, count) = line.split_once(' ')?;
        Some((road.to_owned(), count.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

fn write(counted: &Counts) -> Result<(), String> {
    let mut text = String::from(
        "# Instructions a turn, after 1,000 activities. Written by `cargo figures instructions --record`.\n",
    );
    for (road, count) in counted {
        let _ = writeln!(text, "{road} {count}");
        println!("instructions {road} {count}");
    }
    fs::write(RECORD, text).map_err(|error| format!("{RECORD} cannot be written: {error}"))
}

fn end(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(warm: u64, cold: u64) -> Counts {
        [("warm_turn".to_owned(), warm), ("cold_replay".to_owned(), cold)].into()
    }

    #[test]
    fn ten_percent_more_pass_and_one_instruction_past_them_does_not() {
        assert_eq!(verdict(&counts(1000, 500), &counts(1100, 400)), Ok(()));
        let problem = verdict(&counts(1000, 500), &counts(1101, 500)).expect_err("too long");
        assert!(problem.starts_with("warm_turn takes 10.1 % more instructions"), "{problem}");
    }

    #[test]
    fn every_road_that_grew_is_named() {
        let problem = verdict(&counts(1000, 500), &counts(2000, 1000)).expect_err("too long");
        assert_eq!(problem.lines().count(), 2, "{problem}");
    }

    #[test]
    fn a_road_without_a_record_is_refused() {
        let problem = verdict(&Counts::new(), &counts(1, 1)).expect_err("nothing is recorded");
        assert!(problem.contains("cold_replay is not recorded"), "{problem}");
    }

    #[test]
    fn the_record_holds_every_road() {
        let recorded = read();
        assert!(ROADS.iter().all(|(road, _)| recorded.get(*road).is_some_and(|count| *count > 0)));
    }
}
