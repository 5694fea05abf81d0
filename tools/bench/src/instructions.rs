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

/// Counts all roads and compares them with the record; with `record`, writes it.
pub fn compare(record: bool) -> ExitCode {
    let mut counted = BTreeMap::new();
    for (road, turns) in ROADS {
        match count(road) {
            Ok(instructions) => counted.insert(road.to_owned(), instructions / turns as u64),
            Err(problem) => {
                eprintln!("{problem}");
                return ExitCode::FAILURE;
            }
        };
    }
    if record {
        return write(&counted);
    }
    let recorded = read();
    let mut result = ExitCode::SUCCESS;
    for (road, now) in &counted {
        let before = recorded.get(road).copied().unwrap_or(0);
        let growth = *now as f64 / before as f64;
        println!("instructions {road} {now} (recorded {before}, {:+.1} %)", (growth - 1.0) * 100.0);
        if growth > GROWTH_MAX {
            eprintln!(
                "{road} takes more than 10 % more instructions than recorded; shorten it, or record why it is longer: `cargo figures instructions --record`"
            );
            result = ExitCode::FAILURE;
        }
    }
    result
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

fn count(road: &str) -> Result<u64, String> {
    if cfg!(target_feature = "sse3") {
        return Err(
            "instructions are counted for the plain x86-64 that Rust compiles to; unset `target-cpu`"
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

fn read() -> BTreeMap<String, u64> {
    let text = fs::read_to_string(RECORD).unwrap_or_default();
    let line = |line: &str| {
        let (road, count) = line.split_once(' ')?;
        Some((road.to_owned(), count.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

fn write(counted: &BTreeMap<String, u64>) -> ExitCode {
    let mut text = String::from(
        "# Instructions a turn, after 1,000 activities. Written by `cargo figures instructions --record`.\n",
    );
    for (road, count) in counted {
        let _ = writeln!(text, "{road} {count}");
        println!("instructions {road} {count}");
    }
    match fs::write(RECORD, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{RECORD} cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}
