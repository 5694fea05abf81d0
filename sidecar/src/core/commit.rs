//! Taking the answer to a turn: its verdict becomes rows, all of them in one savepoint.
//! See docs/protocol.md, "Sidecar: turns".

use std::time::Duration;

use bytes::Bytes;
use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{self, HistoryEvent, OrchestrationStatus};

use super::cache::Entry;
use super::create::Reuse;
use super::event::{
    NO_ACTION, child_failed, child_resolved, decode, encode, event, failure, own_router, routed_app,
};
use super::propagation::{self, Propagation};
use super::queue::TurnOut;
use super::rejection::{Code, Failure};
use super::turn::{Birth, Commit, Effect, Renewal, Turn, TurnError, Verdict, evaluate, is_resolution};
use super::{Core, Reply};
use crate::store::{Activity, Instance, InstanceKey, Result, Timer};

/// How long an instance rests after an answer that cannot be taken.
const RETRY: Duration = Duration::from_secs(1);

impl Core {
    /// Takes the answer to a turn. An answer to a turn that is not out is no error: the worker cannot know
    /// that its stream was lost or that the instance was purged.
    pub(super) fn complete_workflow(
        &mut self,
        app: &str,
        response: pb::WorkflowResponse,
    ) -> std::result::Result<Reply, Failure> {
        let Some(key) = self.store.find(app, &response.instance_id)? else { return Ok(Reply::Done) };
        let Some(out) = self.queue.answer_turn(key, &response.completion_token) else {
            tracing::debug!(
                instance = response.instance_id,
                "an answer to a turn that is not out was dropped"
            );
            return Ok(Reply::Done);
        };
        let Some(entry) = self.checkout(key)? else { return Ok(Reply::Done) };
        match self.judge(&entry, &out, response) {
            Ok(Verdict::Commit(commit)) => self.go_on(key, entry, out, *commit)?,
            Ok(Verdict::ContinueAsNew(renewal)) => self.renew(key, entry, out, *renewal)?,
            Ok(Verdict::Stall(stall)) => {
                self.cache.put(key, entry);
                self.stall(key, stall)?;
            }
            Err(error) => {
                tracing::warn!(instance = entry.row.id, %error, "the answer to a turn cannot be taken");
                self.queue.retry(app, key, self.clock.now().saturating_add(RETRY));
                self.cache.put(key, entry);
            }
        }
        Ok(Reply::Done)
    }

    fn judge(
        &self,
        entry: &Entry,
        out: &TurnOut,
        response: pb::WorkflowResponse,
    ) -> std::result::Result<Verdict, TurnError> {
        let turn = Turn {
            app: &entry.row.app,
            apps: &self.config.apps,
            instance_id: &entry.row.id,
            execution_id: &entry.row.execution_id,
            now: self.clock.now(),
            ledger: &entry.ledger,
            new_events: &out.events,
        };
        evaluate(&turn, response)
    }

    /// Appends a turn to history and does what its actions ask for.
    fn go_on(&mut self, key: InstanceKey, mut entry: Entry, out: TurnOut, commit: Commit) -> Result<()> {
        self.append_turn(key, &mut entry, out, &commit)?;
        entry.refresh_row(self.clock.now());
        entry.row.custom_status = commit.custom_status;
        self.store.update_instance(key, &entry.row)?;
        let propagation = self.propagation(key, &entry, &commit.effects)?;
        let row = entry.row.clone();
        self.cache.put(key, entry);
        for effect in commit.effects {
            self.take_effect(key, &row, effect, &propagation)?;
        }
        if let Some(terminated) = &commit.cascade {
            self.cascade(key, terminated)?;
        }
        match &commit.completed {
            Some(completed) => self.end(key, &row, completed)?,
            None if self.store.has_inbox(key)? => self.queue.push_turn(&row.app, key),
            None => {}
        }
        self.waits.touch(&row.app, &row.id);
        Ok(())
    }

    /// Moves the events of the turn from the inbox to history, followed by those of its actions.
    fn append_turn(
        &mut self,
        key: InstanceKey,
        entry: &mut Entry,
        mut out: TurnOut,
        commit: &Commit,
    ) -> Result<()> {
        if let Some(HistoryEvent { event_type: Some(EventType::WorkflowStarted(turn)), .. }) =
            out.events.first_mut()
        {
            turn.version.clone_from(&commit.version);
        }
        let first_seq = entry.ledger.length;
        let mut encoded: Vec<Bytes> = out.events.iter().take(1).map(encode).collect();
        encoded.append(&mut out.encoded);
        encoded.extend(commit.events.iter().map(encode));
        for event in &out.events {
            if let Some(useless) = entry.ledger.apply(event) {
                self.disarm(key, useless)?;
            }
        }
        for event in &commit.events {
            entry.ledger.apply(event);
        }
        self.store.append_history(key, first_seq, &encoded)?;
        self.store.trim_inbox(key, out.through)?;
        entry.extend(encoded);
        Ok(())
    }

    pub(super) fn propagation(
        &mut self,
        key: InstanceKey,
        entry: &Entry,
        effects: &[Effect],
    ) -> Result<Propagation> {
        let asked = effects.iter().any(|effect| match effect {
            Effect::Activity { scope, .. } => *scope != propagation::Scope::None,
            Effect::Child { birth, .. } => birth.scope != propagation::Scope::None,
            _ => false,
        });
        if asked { self.whole_propagation(key, entry) } else { Ok(Propagation::default()) }
    }

    fn whole_propagation(&mut self, key: InstanceKey, entry: &Entry) -> Result<Propagation> {
        let own = pb::PropagatedHistoryChunk {
            raw_events: entry.history.clone(),
            app_id: entry.row.app.clone(),
            instance_id: entry.row.id.clone(),
            workflow_name: entry.row.name.clone(),
            ..pb::PropagatedHistoryChunk::default()
        };
        Ok(Propagation { received: propagation::decode(self.store.propagated(key)?)?, own })
    }

    pub(super) fn take_effect(
        &mut self,
        key: InstanceKey,
        row: &Instance,
        effect: Effect,
        propagation: &Propagation,
    ) -> Result<()> {
        match effect {
            Effect::Timer { id, due } => self.arm(Timer { instance: key, id, due }),
            Effect::Activity { scheduled, scope } => {
                let app = routed_app(scheduled.router.as_ref()).unwrap_or(&row.app);
                let activity = Activity {
                    app: app.to_owned(),
                    instance: key,
                    execution_id: row.execution_id.clone(),
                    task_id: scheduled.event_id,
                    event: encode(&scheduled),
                    propagated: propagation.encode(scope),
                };
                self.queue_activity(&activity)
            }
            Effect::Child { birth, task_id } => {
                let history = propagation.encode(birth.scope);
                self.create_child(key, row, (*birth, history), task_id)
            }
            Effect::Detached(birth) => self.create_detached(row, *birth),
            Effect::Send { app, target, event } => self.send(&app, &target, &event),
            Effect::Answer(event) => self.deliver(key, row, &event),
        }
    }

    fn create_child(
        &mut self,
        key: InstanceKey,
        row: &Instance,
        (birth, history): (Birth, Option<Bytes>),
        task_id: i32,
    ) -> Result<()> {
        match self.create(birth, Reuse::Work) {
            Ok(child) => self.store.set_propagated(child, history),
            Err(Failure::Store(error)) => Err(error),
            Err(Failure::Rejected(rejection)) => {
                let error_type = match rejection.code {
                    Code::InvalidArgument => "InvalidInstanceId",
                    _ => "WorkflowInstanceAlreadyExists",
                };
                let details = failure(error_type, rejection.message);
                let failed = child_failed(self.clock.now(), task_id, Some(details));
                self.deliver(key, row, &failed)
            }
        }
    }

    fn create_detached(&mut self, row: &Instance, birth: Birth) -> Result<()> {
        match self.create(birth, Reuse::Work) {
            Ok(_) => Ok(()),
            Err(Failure::Store(error)) => Err(error),
            Err(Failure::Rejected(rejection)) => {
                tracing::warn!(by = row.id, %rejection, "a detached workflow was not created");
                Ok(())
            }
        }
    }

    /// What follows when an instance has come to its end.
    fn end(
        &mut self,
        key: InstanceKey,
        row: &Instance,
        completed: &pb::ExecutionCompletedEvent,
    ) -> Result<()> {
        self.queue.forget_sent(key);
        self.disarm_all(key)?;
        self.store.trim_inbox(key, i64::MAX)?;
        let Some(parent) = &row.parent else { return Ok(()) };
        let mut resolution = child_resolved(self.clock.now(), parent.task_id, completed);
        let target_app_id = Some(parent.app.clone());
        resolution.router = Some(pb::TaskRouter { target_app_id, ..own_router(&row.app) });
        self.tell_parent(parent, &resolution)
    }

    /// Begins the next generation: its start goes before everything that has arrived meanwhile.
    fn renew(&mut self, key: InstanceKey, mut entry: Entry, out: TurnOut, renewal: Renewal) -> Result<()> {
        // What ends here is handed on as it would have been recorded, the event that opened the turn included.
        entry.extend(out.events.iter().take(1).map(encode).collect());
        entry.extend(out.encoded);
        let propagated = self.whole_propagation(key, &entry)?.for_next_generation();
        let now = self.clock.now();
        let mut row = entry.row;
        row.execution_id = self.ids.next();
        row.generation += 1;
        // Not pending: the instance runs, only nothing of this generation is recorded yet.
        row.status = OrchestrationStatus::Running;
        (row.created, row.updated, row.started) = (now, now, None);
        (row.start_seq, row.version) = (None, None);
        row.custom_status.clone_from(&renewal.custom_status);

        let arrived =
            self.store.inbox(key, usize::MAX)?.into_iter().filter(|waiting| waiting.seq > out.through);
        let arrived: Vec<Bytes> = arrived.map(|waiting| waiting.event).collect();
        self.store.clear_history(key)?;
        self.disarm_all(key)?;
        self.store.trim_inbox(key, i64::MAX)?;
        self.store.set_propagated(key, propagated)?;
        let trace = renewal.traced.then(|| self.new_trace());
        self.store.push_inbox(key, encode(&next_start(&row, &renewal, trace)))?;
        for event in &renewal.carryover {
            self.store.push_inbox(key, encode(event))?;
        }
        for event in arrived {
            if !is_resolution(&decode(&event)?) {
                self.store.push_inbox(key, event)?;
            }
        }
        self.store.update_instance(key, &row)?;
        self.queue.push_turn(&row.app, key);
        self.waits.touch(&row.app, &row.id);
        Ok(())
    }

    /// The beginning of a trace of its own: a generation that went on for years in the trace of the first one
    /// would make one that no tool can show.
    fn new_trace(&mut self) -> pb::TraceContext {
        let mut digits = |count| {
            let id = self.ids.next();
            id.chars().rev().filter(|letter| *letter != '-').take(count).collect::<String>()
        };
        let (trace, span) = (digits(32), digits(16));
        pb::TraceContext {
            trace_parent: format!("00-{trace}-{span}-01"),
            span_id: span,
            ..pb::TraceContext::default()
        }
    }

    /// Notes in history that no connected worker can run the instance. Its inbox waits.
    pub(super) fn stall(&mut self, key: InstanceKey, stall: pb::ExecutionStalledEvent) -> Result<()> {
        let Some(mut entry) = self.checkout(key)? else { return Ok(()) };
        // A stall that is only confirmed would make history grow with every reconnecting worker.
        if !entry.ledger.is_stalled_by(&stall) {
            let now = self.clock.now();
            tracing::warn!(instance = entry.row.id, reason = stall.description, "an instance has stalled");
            let stalled = event(NO_ACTION, now, EventType::ExecutionStalled(stall));
            let encoded = vec![encode(&stalled)];
            self.store.append_history(key, entry.ledger.length, &encoded)?;
            entry.ledger.apply(&stalled);
            entry.extend(encoded);
            entry.refresh_row(now);
            self.store.update_instance(key, &entry.row)?;
        }
        self.waits.touch(&entry.row.app, &entry.row.id);
        self.cache.put(key, entry);
        Ok(())
    }
}

fn next_start(row: &Instance, renewal: &Renewal, trace: Option<pb::TraceContext>) -> HistoryEvent {
    let next = pb::ExecutionStartedEvent {
        name: row.name.clone(),
        input: renewal.input.clone(),
        workflow_instance: Some(pb::WorkflowInstance {
            instance_id: row.id.clone(),
            execution_id: Some(row.execution_id.clone()),
        }),
        parent_instance: renewal.parent.clone(),
        parent_trace_context: trace,
        ..pb::ExecutionStartedEvent::default()
    };
    let event = event(NO_ACTION, row.created, EventType::ExecutionStarted(next));
    HistoryEvent { router: Some(own_router(&row.app)), ..event }
}
