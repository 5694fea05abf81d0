//! A turn of an instance that is not kept: its whole history is replayed.

use dacapo_figures::{Mark, Report, median, median_ratio};
use dacapo_roads::ours::Ours;
use dacapo_roads::script::{History, Script};

use crate::clock::cpu;
use crate::peer::Peer;
use crate::programs;

const SAMPLES: usize = 25;

pub(super) fn measure(report: &mut Report) {
    let script = Script::chain(1001);
    let turn = 1000;
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    let mut peer = Peer::stateless(programs::chain());
    for _ in 0..SAMPLES {
        let mut worker = Ours::new();
        let work_item = script.work_item("chain-1", turn, History::Full);
        // The peer drops its execution at the end of the turn, so ours counts until it is dropped too.
        let (took, _) = cpu(move || (worker.run(work_item), drop(worker)));
        ours.push(took.as_secs_f64());
        let work_item = script.work_item("chain-1", turn, History::Full);
        let (took, _) = cpu(|| peer.run(work_item));
        peers.push(took.as_secs_f64());
    }
    let ratio = median_ratio(&ours, &peers);
    report.promise("cold_replay_per_event_ours_over_peer", ratio, "ratio", Mark::AtMost(0.5));
    let events = script.events_after(turn) as f64;
    report.tell("cold_replay_per_event", median(ours) * 1e9 / events, "ns");
    report.tell("cold_replay_per_event_peer", median(peers) * 1e9 / events, "ns");
}
