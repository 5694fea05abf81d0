//! Scenarios made by chance from a seed. The generator knows what a worker would know, so that every step can happen and
//! never more than one event of an instance is on its way: who is asked first then has no influence on histories.

use dacapo_proto::pb::{HistoryPropagationScope, WorkflowAction, WorkflowVersion};

use super::action::{
    FAR, PAST, child, child_in, complete, continue_as_new, fail, retry_timer, task, task_in, terminated,
    timer, wait,
};
use super::script::{Plan, Script, create, raise, resume, suspend, terminate};
use super::step::Reply;

/// How many turns a scenario has before the driver brings it to its end.
const TURNS: usize = 12;

/// One scenario of a seed.
pub(super) fn plan(seed: u64, number: u64) -> Plan {
    let mut world = World {
        dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number),
        script: Script::new(),
        instances: Vec::new(),
        turns_left: TURNS,
    };
    world.begin();
    for _ in 0..TURNS {
        world.something();
    }
    world.end();
    world.script.plan(format!("random_{seed}_{number}"))
}

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }

    /// True once in `times`.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// An instance as its worker sees it.
struct Instance {
    id: String,
    parent: Option<usize>,
    next_id: i32,
    open_tasks: Vec<i32>,
    open_children: usize,
    suspended: bool,
    ended: bool,
    custom_status: Option<String>,
    patches: Vec<String>,
}

impl Instance {
    fn new(id: String, parent: Option<usize>) -> Self {
        Self {
            id,
            parent,
            next_id: 0,
            open_tasks: Vec::new(),
            open_children: 0,
            suspended: false,
            ended: false,
            custom_status: None,
            patches: Vec::new(),
        }
    }

    fn take_id(&mut self) -> i32 {
        self.next_id += 1;
        self.next_id - 1
    }

    fn is_idle(&self) -> bool {
        self.open_tasks.is_empty() && self.open_children == 0
    }
}

/// What an answered turn brings about without the driver's help.
#[derive(Default)]
struct Aftermath {
    /// Children that begin.
    children: Vec<usize>,
    /// A timer that is due, or a new generation: another turn.
    again: bool,
}

struct World {
    dice: Dice,
    script: Script,
    instances: Vec<Instance>,
    turns_left: usize,
}

impl World {
    fn script(&mut self, change: impl FnOnce(Script) -> Script) {
        self.script = change(std::mem::take(&mut self.script));
    }

    fn begin(&mut self) {
        self.instances.push(Instance::new("a".to_owned(), None));
        self.script(|script| script.begin(create("a")));
        self.turn(0);
        // A generation that continues as new is acknowledged with the last of them.
        self.script(Script::answer);
    }

    fn live(&self) -> Vec<usize> {
        (0..self.instances.len()).filter(|&at| !self.instances[at].ended).collect()
    }

    /// One thing that somebody does.
    fn something(&mut self) {
        let live = self.live();
        if live.is_empty() || self.turns_left == 0 {
            return;
        }
        let at = live[self.dice.below(live.len())];
        match self.dice.below(10) {
            0..=4 if !self.instances[at].open_tasks.is_empty() => self.finish_task(at),
            0..=6 => self.raise(at),
            7 if self.instances[at].suspended => self.control(at, resume, false),
            7 | 8 => self.control(at, suspend, true),
            _ if self.dice.once_in(3) => self.terminate(at),
            _ => self.raise_at_any(),
        }
    }

    fn finish_task(&mut self, at: usize) {
        let place = self.dice.below(self.instances[at].open_tasks.len());
        let task = self.instances[at].open_tasks.remove(place);
        let (id, fails) = (self.instances[at].id.clone(), self.dice.once_in(4));
        self.script(|script| if fails { script.failed(&id, task) } else { script.done(&id, task) });
        self.turn(at);
    }

    fn raise(&mut self, at: usize) {
        let (id, name) = (self.instances[at].id.clone(), self.event_name());
        let data = format!("\"{}\"", self.dice.below(100));
        let data = (!self.dice.once_in(8)).then_some(data);
        self.script(|script| script.request(raise(&id, &name, data.as_deref())));
        self.turn(at);
    }

    /// Also at what has ended, which then hears nothing.
    fn raise_at_any(&mut self) {
        let at = self.dice.below(self.instances.len());
        if !self.instances[at].ended {
            return self.raise(at);
        }
        let id = self.instances[at].id.clone();
        self.script(|script| script.request(raise(&id, "late", None)));
    }

    fn event_name(&mut self) -> String {
        ["go", "Go", "stop", "data"][self.dice.below(4)].to_owned()
    }

    fn control(&mut self, at: usize, call: fn(&str) -> super::step::Request, suspended: bool) {
        let id = self.instances[at].id.clone();
        self.script(|script| script.begin(call(&id)));
        self.instances[at].suspended = suspended;
        self.turn(at);
        self.script(Script::answer);
    }

    fn terminate(&mut self, at: usize) {
        let (id, recursive) = (self.instances[at].id.clone(), self.dice.once_in(2));
        self.script(|script| script.begin(terminate(&id, recursive)));
        self.stop(at);
        self.script(Script::answer);
        let children = (0..self.instances.len()).filter(|&child| self.instances[child].parent == Some(at));
        for child in children.collect::<Vec<_>>() {
            if recursive && !self.instances[child].ended {
                self.stop(child);
            }
        }
        self.tell_parent(at);
    }

    /// The worker answers a termination.
    fn stop(&mut self, at: usize) {
        let last = self.instances[at].take_id();
        self.instances[at].ended = true;
        let custom_status = self.instances[at].custom_status.clone();
        let version = self.version(at);
        let reply = Reply { actions: vec![terminated(last)], custom_status, version, ..Reply::default() };
        let id = self.instances[at].id.clone();
        self.script(|script| script.reply(&id, reply));
    }

    fn turn(&mut self, at: usize) {
        let aftermath = self.answer_turn(at);
        self.settle(at, aftermath);
    }

    /// What follows from an answered turn, one event after the other.
    fn settle(&mut self, at: usize, aftermath: Aftermath) {
        for child in aftermath.children {
            self.turn(child);
        }
        if aftermath.again {
            self.turn(at);
        } else if self.instances[at].ended {
            self.tell_parent(at);
        }
    }

    fn tell_parent(&mut self, at: usize) {
        if let Some(parent) = self.instances[at].parent
            && !self.instances[parent].ended
        {
            self.instances[parent].open_children -= 1;
            self.turn(parent);
        }
    }

    fn answer_turn(&mut self, at: usize) -> Aftermath {
        self.turns_left = self.turns_left.saturating_sub(1);
        if self.dice.once_in(4) {
            self.instances[at].custom_status = Some(format!("\"status {}\"", self.turns_left));
        }
        let mut aftermath = Aftermath::default();
        let mut reply = Reply::default();
        if !self.instances[at].suspended {
            reply.actions = self.actions(at, &mut aftermath);
            reply.carry = true;
            if self.dice.once_in(6) {
                let count = self.instances[at].patches.len();
                self.instances[at].patches.push(format!("patch-{count}"));
            }
        }
        reply.custom_status.clone_from(&self.instances[at].custom_status);
        reply.version = self.version(at);
        let id = self.instances[at].id.clone();
        self.script(|script| script.reply(&id, reply));
        if aftermath.again && self.instances[at].next_id == 0 {
            self.instances[at].patches.clear();
        }
        aftermath
    }

    fn version(&self, at: usize) -> Option<WorkflowVersion> {
        let patches = self.instances[at].patches.clone();
        (!patches.is_empty()).then_some(WorkflowVersion { patches, name: None })
    }

    fn actions(&mut self, at: usize, aftermath: &mut Aftermath) -> Vec<WorkflowAction> {
        let mut actions = Vec::new();
        if self.turns_left > 0 {
            for _ in 0..self.dice.below(3) {
                let action = self.action(at, aftermath);
                actions.push(action);
            }
        }
        let idle = self.instances[at].is_idle() && !aftermath.again;
        if idle && aftermath.children.is_empty() && self.turns_left > 1 && self.dice.once_in(12) {
            actions.clear();
            let last = self.instances[at].take_id();
            actions.push(continue_as_new(last, "\"again\""));
            self.instances[at].next_id = 0;
            aftermath.again = true;
        } else if !aftermath.again && (self.dice.once_in(7) || (idle && self.turns_left == 0)) {
            let last = self.instances[at].take_id();
            let failed = self.dice.once_in(4);
            actions.push(if failed { fail(last, "it") } else { complete(last, Some("\"out\"")) });
            self.instances[at].ended = true;
        }
        actions
    }

    fn action(&mut self, at: usize, aftermath: &mut Aftermath) -> WorkflowAction {
        let id = self.instances[at].take_id();
        let own = HistoryPropagationScope::OwnHistory;
        match self.dice.below(12) {
            0..=4 => {
                self.instances[at].open_tasks.push(id);
                if self.dice.once_in(10) { task_in(id, None, own) } else { task(id) }
            }
            5 => timer(id, FAR),
            6 => retry_timer(id, 0, FAR),
            7 => {
                let name = self.event_name();
                wait(id, &name, FAR)
            }
            8 if !aftermath.again && aftermath.children.is_empty() => {
                aftermath.again = true;
                timer(id, PAST)
            }
            // Children have no children, and nothing else may wake their parent meanwhile.
            9.. if self.instances[at].parent.is_none() && !aftermath.again => self.child(at, id, aftermath),
            _ => {
                self.instances[at].open_tasks.push(id);
                task(id)
            }
        }
    }

    fn child(&mut self, at: usize, id: i32, aftermath: &mut Aftermath) -> WorkflowAction {
        let named = self.dice.once_in(2);
        let count = self.instances.len();
        let name = if named { format!("c{count}") } else { format!("{}:{id:04x}", self.instances[at].id) };
        self.instances[at].open_children += 1;
        aftermath.children.push(count);
        self.instances.push(Instance::new(name.clone(), Some(at)));
        let given = if named { name.as_str() } else { "" };
        if self.dice.once_in(6) {
            child_in(id, given, HistoryPropagationScope::Lineage)
        } else {
            child(id, given)
        }
    }

    /// Ends what still lives, and reads everything.
    fn end(&mut self) {
        self.turns_left = 0;
        while let Some(&at) = self.live().first() {
            self.terminate(at);
        }
        for at in 0..self.instances.len() {
            let id = self.instances[at].id.clone();
            self.script(|script| script.ended(&id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plan;

    #[test]
    fn a_seed_always_gives_the_same_scenarios() {
        for number in 0..50 {
            assert_eq!(format!("{:?}", plan(7, number)), format!("{:?}", plan(7, number)));
        }
        assert_ne!(format!("{:?}", plan(7, 1)), format!("{:?}", plan(8, 1)));
    }
}
