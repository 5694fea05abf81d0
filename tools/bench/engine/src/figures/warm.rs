//! One turn of an instance that is kept warm, after so many activities.

use dacapo_figures::{Mark, Report, median, median_ratio};
use dacapo_roads::ours::Ours;
use dacapo_roads::script::{History, Script};

use super::suffix;
use crate::clock::cpu;
use crate::peer::Peer;
use crate::programs;

const SAMPLES: usize = 20;

/// How many instances a reading is spread over: the clock must not show in it, and a worker has many.
const INSTANCES: usize = 64;

/// Full histories are large, and their turns take long enough to be read with few.
const INSTANCES_FULL: usize = 4;

pub(super) fn measure(report: &mut Report) {
    let script = Script::chain(10_100);
    for history in [History::Delta, History::Full] {
        let mut groups = [10, 100, 1000, 10_000].map(|steps| Group::at(&script, steps, history));
        let mut peer = PeerAt::new(&script, 1000, history);
        let mut readings: [Vec<f64>; 4] = Default::default();
        let mut peers = Vec::new();
        for sample in 0..SAMPLES {
            peers.push(peer.turn());
            // Whoever follows the peer finds its data in the caches, so each group does in turn.
            for place in 0..groups.len() {
                let group = (sample + place) % groups.len();
                readings[group].push(groups[group].turn());
            }
        }
        tell(report, history, &readings, &peers);
    }
}

fn tell(report: &mut Report, history: History, readings: &[Vec<f64>; 4], peers: &[f64]) {
    let [at_10, at_100, at_1000, at_10_000] = readings;
    let growth = median_ratio(at_10_000, at_100);
    let small = median_ratio(at_1000, at_10);
    let lead = median_ratio(peers, at_1000);
    match history {
        History::Delta => {
            report.promise("warm_turn_growth_10000_over_100", growth, "ratio", Mark::AtMost(1.5));
            report.promise("warm_turn_1000_over_10", small, "ratio", Mark::AtMost(1.3));
            report.tell("warm_turn_1000_peer_over_ours", lead, "ratio");
        }
        History::Full => {
            report.tell("warm_turn_growth_10000_over_100_full", growth, "ratio");
            report.tell("warm_turn_1000_over_10_full", small, "ratio");
            report.promise("warm_turn_1000_full_peer_over_ours", lead, "ratio", Mark::AtLeast(10.0));
        }
    }
    let suffix = suffix(history);
    for (steps, readings) in [10, 100, 1000, 10_000].into_iter().zip(readings) {
        report.tell(&format!("warm_turn_{steps}{suffix}"), median(readings.clone()) * 1e6, "us");
    }
    report.tell(&format!("warm_turn_1000_peer{suffix}"), median(peers.to_vec()) * 1e6, "us");
}

/// Instances that have come equally far.
struct Group<'a> {
    script: &'a Script,
    worker: Ours,
    instances: Vec<String>,
    next: usize,
    history: History,
}

impl<'a> Group<'a> {
    fn at(script: &'a Script, steps: usize, history: History) -> Self {
        let count = if history == History::Full { INSTANCES_FULL } else { INSTANCES };
        let instances = (0..count).map(|number| format!("chain-{number}")).collect();
        let mut group = Self { script, worker: Ours::new(), instances, next: 0, history: History::Delta };
        for _ in 0..steps {
            group.turn();
        }
        group.history = history;
        group
    }

    /// Runs the next turn of every instance; the seconds of CPU that one takes.
    fn turn(&mut self) -> f64 {
        let work_item = |instance: &String| self.script.work_item(instance, self.next, self.history);
        let work_items: Vec<_> = self.instances.iter().map(work_item).collect();
        let (took, ()) =
            cpu(|| work_items.into_iter().for_each(|work_item| drop(self.worker.run(work_item))));
        self.next += 1;
        took.as_secs_f64() / self.instances.len() as f64
    }
}

/// One instance of the peer.
struct PeerAt<'a> {
    script: &'a Script,
    worker: Peer,
    next: usize,
    history: History,
}

impl<'a> PeerAt<'a> {
    fn new(script: &'a Script, steps: usize, history: History) -> Self {
        let workflow = programs::chain();
        let mut worker = match history {
            History::Full => Peer::stateless(workflow),
            History::Delta => Peer::stateful(workflow),
        };
        // From here on it keeps what it has been sent.
        worker.run(script.work_item("chain-0", steps - 1, History::Full));
        Self { script, worker, next: steps, history }
    }

    fn turn(&mut self) -> f64 {
        let work_item = self.script.work_item("chain-0", self.next, self.history);
        self.next += 1;
        cpu(|| drop(self.worker.run(work_item))).0.as_secs_f64()
    }
}
