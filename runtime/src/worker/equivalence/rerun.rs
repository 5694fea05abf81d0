//! Running an ended instance again from an event on. See docs/protocol.md, "Sidecar: rerun".

use dacapo_engine::{Event, EventKind};

use super::sidecar::Sidecar;
use super::work::{Kind, Work, result_of, schedules};

impl Sidecar {
    /// Whether the history is that of another instance.
    pub(super) fn is_rerun(&self) -> bool {
        self.history.iter().any(|event| match &event.kind {
            EventKind::ExecutionStarted(started) => started.instance_id != self.instance_id,
            _ => false,
        })
    }

    /// Becomes a new instance that goes on where the old one recorded the work that `choice` picks, if there is any.
    pub(super) fn rerun(&mut self, choice: usize) {
        let targets: Vec<_> =
            self.history.iter().filter(|event| schedules(event).is_some()).cloned().collect();
        let Some(target) = targets.get(choice % targets.len().max(1)).cloned() else { return };
        let (copied, mut open) = copy(&self.history, &target);
        open.push(target);
        self.instance_id = format!("order-{}", self.number());
        (self.history, self.bytes, self.inbox) = Default::default();
        self.end = None;
        self.is_suspended = false;
        self.note_suspensions(&copied);
        self.append(copied);
        // What is still running belongs to the old instance.
        self.works.iter_mut().for_each(|work| work.is_done = true);
        for event in open {
            self.run_again(event);
        }
    }

    /// Work that was recorded is recorded and begun anew.
    fn run_again(&mut self, mut event: Event) {
        let Some(key) = schedules(&event) else { return };
        event.timestamp = self.event(-1, EventKind::Ignored).timestamp;
        if let EventKind::ChildCreated { instance_id, .. } = &mut event.kind {
            *instance_id = format!("{}:{:04x}", self.instance_id, event.id);
        }
        let is_it = |work: &&Work| {
            (work.kind, work.id) == key && work.is_recorded && work.execution_id == self.execution_id
        };
        let again = self.works.iter().rev().find(is_it).map(Work::again);
        self.works.extend(again);
        self.append(vec![event]);
    }
}

/// What of `history` is copied, and the records of work that is to be run again.
fn copy(history: &[Event], target: &Event) -> (Vec<Event>, Vec<Event>) {
    let (mut copied, mut held) = (Vec::new(), Vec::<Event>::new());
    let before = history.iter().take_while(|event| event.id != target.id || schedules(event).is_none());
    for event in before {
        if schedules(event).is_some() {
            held.push(event.clone());
            continue;
        }
        let ended = result_of(event).filter(|(kind, _)| *kind != Kind::Timer);
        let record = held.iter().position(|record| ended.is_some() && schedules(record) == ended);
        copied.extend(record.map(|record| held.remove(record)));
        copied.push(event.clone());
    }
    (copied, held)
}
