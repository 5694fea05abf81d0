//! What nobody does any more: which instance waits for what, in words.

use dacapo_proto::pb;
use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::timer_created_event::Origin;
use dacapo_sidecar::core::{Command, Reply};
use prost::Message as _;

use super::check::line;
use super::fault::Fault;
use super::world::World;
use crate::client::{InstanceState, Status};

/// What the code of an instance waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) id: i32,
    /// The name of an external event, if it is one.
    pub(super) event: Option<String>,
    text: String,
    child: Option<String>,
}

impl World {
    /// What an instance waits for, as its history has it.
    pub(super) fn waits(&mut self, instance_id: &str) -> Vec<Wait> {
        let Some(awaited) = self.instances.get(instance_id).map(|watched| watched.awaited.clone()) else {
            return Vec::new();
        };
        let Ok(Reply::History(history)) = self.history(instance_id) else { return Vec::new() };
        let events = history.events.into_iter().filter_map(|bytes| pb::HistoryEvent::decode(bytes).ok());
        let begun = events.filter(|event| awaited.contains(&event.event_id));
        begun.filter_map(wait).collect()
    }

    /// Answers waits for events as the test has asked; whether it answered any.
    pub(super) fn reply_to_waits(&mut self) -> bool {
        if self.replies.is_empty() {
            return false;
        }
        let ids: Vec<String> = self.instances.keys().cloned().collect();
        ids.iter().any(|id| self.reply_to(id))
    }

    fn reply_to(&mut self, instance_id: &str) -> bool {
        let execution = self.instances.get(instance_id).map(|watched| watched.begun.execution_id.clone());
        for wait in self.waits(instance_id) {
            let Some(event) = &wait.event else { continue };
            let key = (instance_id.to_owned(), execution.clone().unwrap_or_default(), wait.id);
            let fits = |reply: &&mut super::world::EventReply| {
                reply.event.eq_ignore_ascii_case(event) && !reply.answered.contains(&key)
            };
            for reply in self.replies.iter_mut().filter(|reply| fits(reply)) {
                reply.answered.insert(key.clone());
                if let Some(input) = (reply.payload)(instance_id) {
                    let (instance_id, name) = (instance_id.to_owned(), event.clone());
                    let request = pb::RaiseEventRequest { instance_id, name, input, router: None };
                    self.ask(Command::Raise(request));
                    return true;
                }
            }
        }
        false
    }

    pub(super) fn state(&mut self, instance_id: &str) -> Option<InstanceState> {
        let request = pb::GetInstanceRequest {
            instance_id: instance_id.to_owned(),
            get_inputs_and_outputs: true,
            router: None,
        };
        match self.ask(Command::Get(request)) {
            Some(Ok(Reply::Instance(response))) => {
                dacapo_proto::decode::instance(*response).map(InstanceState::from_wire)
            }
            _ => None,
        }
    }

    /// Nothing can happen any more, and the instance has not got where the test waits for it.
    pub(super) fn stuck(&mut self, instance_id: &str, goal: &str) -> Fault {
        let now = self.timestamp();
        let Some(state) = self.state(instance_id) else {
            return Fault::new(format!("there is no workflow instance `{instance_id}`: schedule it first"));
        };
        if state.status.is_terminal() {
            let status = state.status;
            return Fault::new(format!(
                "instance `{instance_id}` has ended as {status}, and {goal} never came"
            ));
        }
        let mut lines = vec![format!(
            "nothing can happen any more (at {now}), and {goal} of instance `{instance_id}` has not come"
        )];
        self.describe(instance_id, &state, 1, &mut lines);
        lines.push(
            "raise an event with `run.raise(..)` or answer it with `env.when_waiting(..)`; resume with `run.resume(..)`"
                .to_owned(),
        );
        Fault::new(lines.join("\n  "))
    }

    fn describe(&mut self, instance_id: &str, state: &InstanceState, depth: usize, lines: &mut Vec<String>) {
        let place = |world: &Self, id: i32| {
            let trace = world.instances.get(instance_id).map(|watched| &watched.trace);
            trace
                .and_then(|trace| trace.get(&id))
                .map_or_else(String::new, |place| format!(", at {}", line(place)))
        };
        let indent = "  ".repeat(depth - 1);
        let name = &state.name;
        if state.status == Status::Suspended {
            lines.push(format!("{indent}workflow `{name}` (instance `{instance_id}`) is suspended"));
        }
        for wait in self.waits(instance_id) {
            let at = place(self, wait.id);
            lines.push(format!(
                "{indent}workflow `{name}` (instance `{instance_id}`) waits for {} (step {}){at}",
                wait.text, wait.id
            ));
            if let Some(child) = wait.child.filter(|_| depth < 10)
                && let Some(state) = self.state(&child)
            {
                self.describe(&child, &state, depth + 1, lines);
            }
        }
    }

    pub(super) fn endless(&self) -> Fault {
        Fault::new(format!(
            "the test did not come to an end within {} steps (virtual time is {}): a workflow may loop for ever; wait for \
             less, or allow more with `TestEnv::new().max_steps(..)`",
            self.steps_max,
            self.timestamp()
        ))
    }
}

fn wait(event: pb::HistoryEvent) -> Option<Wait> {
    let id = event.event_id;
    let mut child = None;
    let mut name = None;
    let text = match event.event_type? {
        EventType::TaskScheduled(task) => format!("activity `{}`", task.name),
        EventType::ChildWorkflowInstanceCreated(created) => {
            let text = format!("child workflow `{}` as instance `{}`", created.name, created.instance_id);
            child = Some(created.instance_id);
            text
        }
        EventType::TimerCreated(timer) => match timer.origin {
            Some(Origin::ExternalEvent(event)) => {
                let text = format!("external event `{}`", event.name);
                name = Some(event.name);
                text
            }
            Some(Origin::ActivityRetry(_) | Origin::ChildWorkflowRetry(_)) => {
                "the next attempt of a call".to_owned()
            }
            _ => "a timer".to_owned(),
        },
        _ => return None,
    };
    Some(Wait { id, event: name, text, child })
}
