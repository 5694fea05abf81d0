//! Plays a scenario on one sidecar, as its client and as its worker, and writes down what the sidecar says.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::work_item::Request as Work;
use dacapo_proto::pb::workflow_action::WorkflowActionType;
use dacapo_proto::pb::{self, OrchestrationStatus, WorkItem, WorkflowRequest};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::caller::{Said, call};
use super::script::{Plan, get};
use super::side::Side;
use super::step::{ActivityReply, Call, Reply, Request, Step, own_targets};
use super::words::Words;

/// How long a work item may take to come.
const ITEM_WITHIN: Duration = Duration::from_secs(20);

/// What a sidecar said to each step of a scenario, up to the first work item that did not come.
pub(super) type Trace = Vec<String>;

pub(super) async fn play(plan: &Plan, side: Arc<Side>, number: usize) -> Trace {
    let prefix = format!("s{number:04}_");
    let items = side.items_of(&prefix);
    let mut player = Player {
        words: Words::new(&prefix),
        prefix,
        side,
        items,
        shelf: Vec::new(),
        begun: VecDeque::new(),
        taken: None,
        etag: String::new(),
    };
    let mut trace = Vec::new();
    for step in &plan.steps {
        match player.step(step).await {
            Ok(said) => trace.push(said),
            Err(missing) => {
                trace.push(missing);
                break;
            }
        }
    }
    trace
}

struct Player {
    words: Words,
    prefix: String,
    side: Arc<Side>,
    items: UnboundedReceiver<WorkItem>,
    /// Items that came before they were asked for.
    shelf: Vec<WorkItem>,
    begun: VecDeque<JoinHandle<Said>>,
    taken: Option<(String, WorkflowRequest)>,
    /// The etag that was read last.
    etag: String,
}

impl Player {
    /// What the sidecar said, or which work item did not come.
    async fn step(&mut self, step: &Step) -> Result<String, String> {
        match step {
            Step::Call(request) => {
                let said = self.begin(request).await;
                Ok(self.note(said.unwrap_or(Said::Lost)))
            }
            Step::Begin(request) => {
                let begun = self.begin(request);
                self.begun.push_back(begun);
                Ok(String::new())
            }
            Step::Answer => {
                let said = match self.begun.pop_front() {
                    Some(begun) => begun.await.unwrap_or(Said::Lost),
                    None => Said::Lost,
                };
                Ok(self.note(said))
            }
            Step::Turn { id, reply } => {
                let (token, turn) = self.turn(id).await?;
                let said = self.describe_turn(&turn);
                Ok(said + &self.reply(&token, &turn, reply).await)
            }
            Step::TakeTurn { id } => {
                let (token, turn) = self.turn(id).await?;
                let said = self.describe_turn(&turn);
                self.taken = Some((token, turn));
                Ok(said)
            }
            Step::Reply(reply) => {
                let (token, turn) = self.taken.clone().ok_or("no turn was taken")?;
                Ok(self.reply(&token, &turn, reply).await)
            }
            Step::Activity { id, task, reply } => {
                let (token, activity) = self.activity(id, *task).await?;
                let said = self.describe_activity(activity);
                Ok(said + &self.reply_activity(&token, id, *task, reply).await)
            }
            Step::TakeActivity { id, task } => {
                let (_, activity) = self.activity(id, *task).await?;
                Ok(self.describe_activity(activity))
            }
            Step::ReplyActivity { id, task, reply } => Ok(self.reply_activity("", id, *task, reply).await),
            Step::Look(id) => Ok(self.look(id).await),
            Step::Reconnect => self.reconnect().await,
            Step::Restart => {
                self.side.restart().await.map_err(|error| error.to_string())?;
                self.reconnect().await
            }
        }
    }

    /// A new stream; what came on the old one is forgotten.
    async fn reconnect(&mut self) -> Result<String, String> {
        self.side.disconnect().await;
        self.shelf.clear();
        while self.items.try_recv().is_ok() {}
        self.side.connect().await.map(|()| String::new())
    }

    fn begin(&self, step: &Call) -> JoinHandle<Said> {
        let request = step.request.clone().with_prefix(&self.prefix);
        let (side, within, etag) = (Arc::clone(&self.side), step.within, self.etag.clone());
        tokio::spawn(async move { call(&side, request, within, &etag).await })
    }

    fn note(&mut self, said: Said) -> String {
        if let Said::Value(value) = &said {
            self.etag.clone_from(&value.etag);
        }
        said.in_words(&mut self.words)
    }

    async fn turn(&mut self, id: &str) -> Result<(String, WorkflowRequest), String> {
        let full = format!("{}{id}", self.prefix);
        let is_it = |item: &WorkItem| matches!(&item.request, Some(Work::WorkflowRequest(turn)) if turn.instance_id == full);
        match self.item(is_it).await {
            Some(WorkItem { completion_token, request: Some(Work::WorkflowRequest(turn)) }) => {
                Ok((completion_token, turn))
            }
            _ => Err(format!("no turn of {id}")),
        }
    }

    async fn activity(&mut self, id: &str, task: i32) -> Result<(String, pb::ActivityRequest), String> {
        let full = format!("{}{id}", self.prefix);
        let is_it = |item: &WorkItem| match &item.request {
            Some(Work::ActivityRequest(activity)) => {
                let instance = activity.workflow_instance.as_ref();
                activity.task_id == task && instance.is_some_and(|instance| instance.instance_id == full)
            }
            _ => false,
        };
        match self.item(is_it).await {
            Some(WorkItem { completion_token, request: Some(Work::ActivityRequest(activity)) }) => {
                Ok((completion_token, activity))
            }
            _ => Err(format!("no activity {task} of {id}")),
        }
    }

    async fn item(&mut self, is_it: impl Fn(&WorkItem) -> bool) -> Option<WorkItem> {
        if let Some(place) = self.shelf.iter().position(&is_it) {
            return Some(self.shelf.remove(place));
        }
        let arrival = async {
            loop {
                let item = self.items.recv().await?;
                if is_it(&item) {
                    return Some(item);
                }
                self.shelf.push(item);
            }
        };
        timeout(ITEM_WITHIN, arrival).await.ok().flatten()
    }

    fn describe_turn(&mut self, turn: &WorkflowRequest) -> String {
        let past = self.words.encoded(&turn.past_events);
        let new = self.words.events(&turn.new_events);
        let execution = turn.execution_id.as_ref().map_or(String::new(), |id| format!(" of {id}"));
        let execution = self.words.clean(&execution);
        let propagated = turn.propagated_history.as_ref();
        let propagated = propagated
            .map_or(String::new(), |history| format!("\n given {}", self.words.propagated(history)));
        format!("turn{execution}{propagated}\n past{past}\n new{new}\n")
    }

    fn describe_activity(&mut self, mut activity: pb::ActivityRequest) -> String {
        activity.parent_trace_context = None;
        let propagated = activity.propagated_history.take();
        let propagated = propagated
            .map_or(String::new(), |history| format!("\n given {}", self.words.propagated(&history)));
        format!("activity {}{propagated}\n", self.words.plain(&activity))
    }

    async fn reply(&mut self, token: &str, turn: &WorkflowRequest, reply: &Reply) -> String {
        let mut actions = reply.actions.clone();
        own_targets(&mut actions, &self.prefix);
        if reply.carry {
            carry_over(turn, &mut actions);
        }
        let response = pb::WorkflowResponse {
            instance_id: turn.instance_id.clone(),
            actions,
            custom_status: reply.custom_status.clone(),
            version: reply.version.clone(),
            completion_token: if reply.wrong_token { "never-given".to_owned() } else { token.to_owned() },
            ..pb::WorkflowResponse::default()
        };
        match self.side.hub().complete_workflow_task(response).await {
            Ok(_) => "answered".to_owned(),
            Err(status) => self.words.status(&status),
        }
    }

    async fn reply_activity(&mut self, token: &str, id: &str, task: i32, reply: &ActivityReply) -> String {
        let response = pb::ActivityResponse {
            instance_id: format!("{}{id}", self.prefix),
            task_id: task,
            result: reply.result.clone(),
            failure_details: reply.failure.clone(),
            completion_token: if reply.wrong_token { "never-given".to_owned() } else { token.to_owned() },
        };
        match self.side.hub().complete_activity_task(response).await {
            Ok(_) => "answered".to_owned(),
            Err(status) => self.words.status(&status),
        }
    }

    async fn look(&mut self, id: &str) -> String {
        let state = Call { request: Request::Get(get(id)), within: ITEM_WITHIN };
        let history = pb::GetInstanceHistoryRequest { instance_id: id.to_owned() };
        let history = Call { request: Request::History(history), within: ITEM_WITHIN };
        let mut said = Vec::new();
        for request in [state, history] {
            let answer = self.begin(&request).await.unwrap_or(Said::Lost);
            said.push(self.note(answer));
        }
        said.join("\n")
    }
}

/// What a worker does with events that the code has not taken when it continues as new.
fn carry_over(turn: &WorkflowRequest, actions: &mut [pb::WorkflowAction]) {
    let raised =
        turn.new_events.iter().filter(|event| matches!(event.event_type, Some(EventType::EventRaised(_))));
    let raised = raised.cloned().collect::<Vec<_>>();
    for action in actions {
        if let Some(WorkflowActionType::CompleteWorkflow(complete)) = &mut action.workflow_action_type
            && complete.workflow_status() == OrchestrationStatus::ContinuedAsNew
        {
            complete.carryover_events.clone_from(&raised);
        }
    }
}
