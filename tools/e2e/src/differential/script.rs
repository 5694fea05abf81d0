//! Scenarios in the driver's own words.

use std::time::Duration;

use dacapo_proto::pb::purge_instances_request::Request as Purge;
use dacapo_proto::pb::{self, WorkflowAction};

use super::action::{at, failure};
use super::step::{ActivityReply, Call, Reply, Request, Step};

/// How long a call may take that is to be answered.
const CALL: Duration = Duration::from_secs(30);

/// How long a call is given that is not to be answered.
pub(super) const SHORTLY: Duration = Duration::from_millis(1500);

/// A scenario: what the driver does, and where.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
    /// Uses what only daprd has, such as its HTTP API.
    pub(super) daprd_only: bool,
    /// Cuts streams or kills the sidecar, so that nothing else may run beside it.
    pub(super) alone: bool,
}

/// A list of steps under construction.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    steps: Vec<Step>,
}

impl Script {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn plan(self, name: impl Into<String>) -> Plan {
        Plan { name: name.into(), steps: self.steps, daprd_only: false, alone: false }
    }

    pub(super) fn daprd_plan(self, name: impl Into<String>) -> Plan {
        Plan { daprd_only: true, ..self.plan(name) }
    }

    pub(super) fn lone_plan(self, name: impl Into<String>) -> Plan {
        Plan { alone: true, ..self.plan(name) }
    }

    pub(super) fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub(super) fn request(self, request: Request) -> Self {
        self.step(Step::Call(Call { request, within: CALL }))
    }

    pub(super) fn unanswered(self, request: Request) -> Self {
        self.step(Step::Call(Call { request, within: SHORTLY }))
    }

    pub(super) fn begin(self, request: Request) -> Self {
        self.step(Step::Begin(Call { request, within: CALL }))
    }

    pub(super) fn answer(self) -> Self {
        self.step(Step::Answer)
    }

    /// Starts an instance, answers its first turn, and waits until the start is acknowledged.
    pub(super) fn start(self, id: &str, actions: Vec<WorkflowAction>) -> Self {
        self.begin(create(id)).turn(id, actions).answer()
    }

    pub(super) fn turn(self, id: &str, actions: Vec<WorkflowAction>) -> Self {
        self.reply(id, Reply { actions, ..Reply::default() })
    }

    pub(super) fn reply(self, id: &str, reply: Reply) -> Self {
        self.step(Step::Turn { id: id.to_owned(), reply })
    }

    pub(super) fn done(self, id: &str, task: i32) -> Self {
        let reply = ActivityReply { result: Some(format!("\"done {task}\"")), ..ActivityReply::default() };
        self.activity(id, task, reply)
    }

    pub(super) fn failed(self, id: &str, task: i32) -> Self {
        let reply =
            ActivityReply { failure: Some(failure(&format!("no {task}"))), ..ActivityReply::default() };
        self.activity(id, task, reply)
    }

    pub(super) fn activity(self, id: &str, task: i32, reply: ActivityReply) -> Self {
        self.step(Step::Activity { id: id.to_owned(), task, reply })
    }

    pub(super) fn raise(self, id: &str, name: &str) -> Self {
        self.request(raise(id, name, Some("\"data\"")))
    }

    /// Suspends a running instance; the worker has nothing to do.
    pub(super) fn suspend(self, id: &str) -> Self {
        self.begin(suspend(id)).turn(id, vec![]).answer()
    }

    pub(super) fn resume(self, id: &str, actions: Vec<WorkflowAction>) -> Self {
        self.begin(resume(id)).turn(id, actions).answer()
    }

    /// Terminates a running instance, as a worker does: with a completion.
    pub(super) fn terminate(self, id: &str, recursive: bool, actions: Vec<WorkflowAction>) -> Self {
        self.begin(terminate(id, recursive)).turn(id, actions).answer()
    }

    pub(super) fn look(self, id: &str) -> Self {
        self.step(Step::Look(id.to_owned()))
    }

    /// Waits for the end of an instance and reads all of it.
    pub(super) fn ended(self, id: &str) -> Self {
        self.request(Request::WaitForEnd(get(id))).look(id)
    }

    pub(super) fn purge(self, id: &str) -> Self {
        self.request(purge(id, false, None))
    }

    pub(super) fn and(self, more: impl FnOnce(Self) -> Self) -> Self {
        more(self)
    }
}

pub(super) fn create(id: &str) -> Request {
    Request::Start(create_request(id))
}

pub(super) fn create_request(id: &str) -> pb::CreateInstanceRequest {
    pb::CreateInstanceRequest {
        instance_id: id.to_owned(),
        name: "Flow".to_owned(),
        input: Some("\"in\"".to_owned()),
        ..pb::CreateInstanceRequest::default()
    }
}

pub(super) fn create_at(id: &str, seconds: i64) -> Request {
    let scheduled_start_timestamp = Some(at(seconds));
    Request::Start(pb::CreateInstanceRequest { scheduled_start_timestamp, ..create_request(id) })
}

pub(super) fn get(id: &str) -> pb::GetInstanceRequest {
    pb::GetInstanceRequest { instance_id: id.to_owned(), get_inputs_and_outputs: true, router: None }
}

pub(super) fn history(id: &str) -> Request {
    Request::History(pb::GetInstanceHistoryRequest { instance_id: id.to_owned() })
}

pub(super) fn raise(id: &str, name: &str, input: Option<&str>) -> Request {
    Request::Raise(pb::RaiseEventRequest {
        instance_id: id.to_owned(),
        name: name.to_owned(),
        input: input.map(Into::into),
        router: None,
    })
}

pub(super) fn suspend(id: &str) -> Request {
    let reason = Some("a pause".to_owned());
    Request::Suspend(pb::SuspendRequest { instance_id: id.to_owned(), reason, router: None })
}

pub(super) fn resume(id: &str) -> Request {
    let reason = Some("go on".to_owned());
    Request::Resume(pb::ResumeRequest { instance_id: id.to_owned(), reason, router: None })
}

pub(super) fn terminate(id: &str, recursive: bool) -> Request {
    let output = Some("\"stop\"".to_owned());
    Request::Terminate(pb::TerminateRequest { instance_id: id.to_owned(), output, recursive, router: None })
}

pub(super) fn purge(id: &str, recursive: bool, force: Option<bool>) -> Request {
    let request = Some(Purge::InstanceId(id.to_owned()));
    Request::Purge(pb::PurgeInstancesRequest { request, recursive, force, router: None })
}

pub(super) fn rerun(source: &str, event_id: u32, new: &str) -> Request {
    Request::Rerun(rerun_request(source, event_id, new))
}

pub(super) fn rerun_request(source: &str, event_id: u32, new: &str) -> pb::RerunWorkflowFromEventRequest {
    pb::RerunWorkflowFromEventRequest {
        source_instance_id: source.to_owned(),
        event_id,
        new_instance_id: Some(new.to_owned()),
        ..pb::RerunWorkflowFromEventRequest::default()
    }
}
