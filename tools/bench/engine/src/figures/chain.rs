//! The CPU time of a whole chain of activities, from its first turn to its last.

use std::time::Duration;

use bytes::Bytes;
use dacapo_figures::{Mark, Report, median, median_ratio};
use dacapo_roads::ours::Ours;
use dacapo_roads::script::{History, Script};

use super::suffix;
use crate::clock::cpu;
use crate::peer::Peer;
use crate::programs;

const REPETITIONS: usize = 5;

/// Work items of so many turns are made at once, so that making them stays out of the time and out of the caches.
const TURNS_AT_ONCE: usize = 64;

pub(super) fn measure(report: &mut Report) {
    let (short, long) = (Script::chain(1000), Script::chain(2000));
    for history in [History::Delta, History::Full] {
        let (mut ours_short, mut ours_long, mut peers) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..REPETITIONS {
            ours_short.push(ours(&short, history));
            ours_long.push(ours(&long, history));
            peers.push(peer(&short, history));
        }
        let suffix = suffix(history);
        let growth = median_ratio(&ours_long, &ours_short);
        let lead = median_ratio(&peers, &ours_short);
        match history {
            History::Delta => {
                report.promise("chain_growth_2000_over_1000", growth, "ratio", Mark::AtMost(2.2));
                report.promise("chain_1000_peer_over_ours", lead, "ratio", Mark::AtLeast(50.0));
            }
            History::Full => {
                report.tell("chain_growth_2000_over_1000_full", growth, "ratio");
                report.tell("chain_1000_peer_over_ours_full", lead, "ratio");
            }
        }
        report.tell(&format!("chain_1000{suffix}"), median(ours_short) * 1e3, "ms");
        report.tell(&format!("chain_1000_peer{suffix}"), median(peers) * 1e3, "ms");
    }
}

fn ours(script: &Script, history: History) -> f64 {
    let mut worker = Ours::new();
    whole(script, history, |work_item| worker.run(work_item))
}

fn peer(script: &Script, history: History) -> f64 {
    let workflow = programs::chain();
    let mut worker = match history {
        History::Full => Peer::stateless(workflow),
        History::Delta => Peer::stateful(workflow),
    };
    whole(script, history, |work_item| worker.run(work_item))
}

/// The seconds of CPU that all turns of a run take.
pub(super) fn whole(script: &Script, history: History, mut run: impl FnMut(Bytes) -> Bytes) -> f64 {
    let mut spent = Duration::ZERO;
    let turns: Vec<usize> = (0..script.turns()).collect();
    for turns in turns.chunks(TURNS_AT_ONCE) {
        let work_items: Vec<_> =
            turns.iter().map(|turn| script.work_item("chain-1", *turn, history)).collect();
        let (took, last) = cpu(|| work_items.into_iter().map(&mut run).last());
        assert!(last.is_some_and(|answer| !answer.is_empty()), "every turn has an answer");
        spent += took;
    }
    spent.as_secs_f64()
}
