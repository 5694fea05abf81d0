//! The proof that keeping executions changes nothing.
//!
//! proptest makes up programs and worlds; every turn is run by a worker that keeps executions and by one that has never
//! seen the instance, and every history is replayed up to each of its turns. All have to answer the same: actions, ids,
//! status, patches and result. And in a world that delivers everything every instance has to end.
//!
//! `DACAPO_CASES` says how many cases there are, instead of 2,000. A case that fails is made as small as it can be,
//! printed, and kept in `runtime/proptest-regressions`.

mod check;
mod combinations;
mod era;
pub(super) mod faults;
mod fuzz;
mod interpreter;
mod play;
mod program;
mod rerun;
mod sidecar;
mod work;
mod workers;

use std::sync::Arc;
use std::thread;

use dacapo_engine::Fault as EngineFault;
use proptest::test_runner::{
    Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};

use self::faults::Fault;
use self::play::{World, play, world};
use self::program::{Program, program};
use self::workers::{Turns, turns};

/// How many cases there are in CI.
const CASES: u32 = 2_000;

fn cases() -> u32 {
    std::env::var("DACAPO_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        source_file: Some(file!()),
        failure_persistence: Some(Box::new(FileFailurePersistence::SourceParallel("proptest-regressions"))),
        max_shrink_iters: 20_000,
        ..Config::default()
    }
}

fn run(runner: &mut TestRunner) -> Result<Turns, TestError<(Program, World)>> {
    runner.run(&(program(), world()), |(program, world)| {
        play(&Arc::new(program), &world).map_err(TestCaseError::fail)
    })?;
    Ok(turns())
}

#[test]
fn kept_replayed_and_replayed_in_part_every_execution_answers_the_same_and_ends() {
    let threads =
        thread::available_parallelism().map_or(1, |threads| u32::try_from(threads.get()).unwrap_or(1));
    let cases = cases().div_ceil(threads);
    let results = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| run(&mut TestRunner::new(config(cases))))).collect();
        threads.into_iter().map(|thread| thread.join().expect("failures are values")).collect::<Vec<_>>()
    });
    for result in results {
        let Turns { all, kept } = result.unwrap_or_else(|failure| panic!("{failure}"));
        // Otherwise replays were compared with replays. A few cases say nothing about that.
        assert!(all < 500 || kept > all / 3, "of {all} turns only {kept} were run by kept executions");
    }
}

/// Runs the same with a fault switched on, always with the same cases. The case that finds it has to hold without it.
#[track_caller]
fn check_noticed(fault: Fault) {
    let config = Config { failure_persistence: None, max_shrink_iters: 0, ..config(CASES) };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = faults::with(fault, || run(&mut runner));
    let Err(TestError::Fail(_, (program, world))) = result else { panic!("nobody notices {fault:?}") };
    assert_eq!(play(&Arc::new(program), &world), Ok(()), "without {fault:?}");
}

#[test]
fn a_poll_once_a_batch_is_noticed() {
    check_noticed(Fault::Engine(EngineFault::PollOncePerBatch));
}

#[test]
fn a_match_by_position_is_noticed() {
    check_noticed(Fault::Engine(EngineFault::MatchByPosition));
}

#[test]
fn the_use_of_another_generation_is_noticed() {
    check_noticed(Fault::ReuseAnyPrefix);
}

#[test]
fn the_loss_of_an_early_result_is_noticed() {
    check_noticed(Fault::Engine(EngineFault::DropEarlyResult));
}

#[test]
fn a_wrong_order_in_a_race_is_noticed() {
    check_noticed(Fault::Engine(EngineFault::LastOfRaceWins));
}
