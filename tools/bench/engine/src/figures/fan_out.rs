//! The CPU time of a whole fan-out, in which each result comes with a turn of its own.

use dacapo_figures::{Mark, Report, median, median_ratio};
use dacapo_roads::ours::Ours;
use dacapo_roads::script::{History, Script};

use super::chain::whole;
use crate::peer::Peer;
use crate::programs;

const REPETITIONS: usize = 7;

pub(super) fn measure(report: &mut Report) {
    let (narrow, wide) = readings(Script::fan_out);
    report.promise("fanout_10000_over_1000", median_ratio(&wide, &narrow), "ratio", Mark::AtMost(12.0));
    report.tell("fanout_1000", median(narrow) * 1e3, "ms");
    report.tell("fanout_10000", median(wide) * 1e3, "ms");

    let peers = peers();
    report.tell("fanout_1000_peer", median(peers) * 1e3, "ms");

    let (narrow, wide) = readings(Script::fan_out_in_one);
    report.tell("fanout_10000_over_1000_results_in_one_turn", median_ratio(&wide, &narrow), "ratio");
    report.tell("fanout_1000_results_in_one_turn", median(narrow) * 1e3, "ms");
    report.tell("fanout_10000_results_in_one_turn", median(wide) * 1e3, "ms");
}

fn readings(script: fn(u32) -> Script) -> (Vec<f64>, Vec<f64>) {
    let (narrow, wide) = (script(1000), script(10_000));
    let one = |script| {
        let mut worker = Ours::new();
        whole(script, History::Delta, |work_item| worker.run(work_item))
    };
    (0..REPETITIONS).map(|_| (one(&narrow), one(&wide))).unzip()
}

fn peers() -> Vec<f64> {
    let script = Script::fan_out(1000);
    let one = || {
        let mut worker = Peer::stateful(programs::fan_out());
        whole(&script, History::Delta, |work_item| worker.run(work_item))
    };
    (0..REPETITIONS).map(|_| one()).collect()
}
