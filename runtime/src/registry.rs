//! What a worker can run: by name, and for workflows by version.

mod closed;

use core::any::{Any, TypeId};
use core::future::{Future, poll_fn};
use core::panic::AssertUnwindSafe;
use core::task::Poll;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use dacapo_engine::{Body, Context, FailureDetails, Problem, Start, Started};
use futures_util::FutureExt;

use crate::activity::{ActivityContext, StateMap};
use crate::context::{Ending, WorkflowContext};
use crate::logging::DroppedUnheard;
use crate::private::{BoxFuture, LocalActivity, LocalWorkflow, Skeleton, StateNeed};
use crate::runtime_error::RuntimeError;

/// How a body ended, as it travels: the JSON of its result, absent for none, or its failure.
pub(crate) type Outcome = Result<Option<String>, FailureDetails>;

/// What an attribute leaves behind for `register_all`.
#[derive(Clone, Copy)]
pub struct Registration(Entry);

#[derive(Clone, Copy)]
enum Entry {
    Activity(ActivityEntry),
    Workflow(WorkflowEntry),
}

inventory::collect!(Registration);

impl Registration {
    /// The registration of an activity.
    pub const fn activity<M: LocalActivity>() -> Self {
        Self(Entry::Activity(ActivityEntry {
            name: M::NAME,
            marker: TypeId::of::<M>,
            source: M::SOURCE,
            states: M::STATES,
            run: run_activity::<M>,
        }))
    }

    /// The registration of a workflow.
    pub const fn workflow<M: LocalWorkflow>() -> Self {
        Self(Entry::Workflow(WorkflowEntry {
            name: M::NAME,
            version: M::VERSION,
            latest: M::LATEST,
            marker: TypeId::of::<M>,
            source: M::SOURCE,
            steps: M::SKELETON,
            start: start_workflow::<M>,
        }))
    }

    /// Of a workflow: its name, its version, and what its body awaits and starts.
    pub(crate) fn steps(&self) -> Option<(&'static str, Option<&'static str>, &'static Skeleton)> {
        match self.0 {
            Entry::Activity(_) => None,
            Entry::Workflow(entry) => Some((entry.name, entry.version, entry.steps)),
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct ActivityEntry {
    pub(crate) name: &'static str,
    marker: fn() -> TypeId,
    source: &'static str,
    states: &'static [StateNeed],
    /// Runs one work item. A panic of the body is not caught.
    pub(crate) run: fn(ActivityContext, Option<String>) -> BoxFuture<'static, Outcome>,
}

#[derive(Clone, Copy)]
pub(crate) struct WorkflowEntry {
    pub(crate) name: &'static str,
    version: Option<&'static str>,
    latest: bool,
    marker: fn() -> TypeId,
    source: &'static str,
    /// What the body awaits and starts.
    steps: &'static Skeleton,
    start: fn(Context, Option<&str>, bool) -> Result<Body, Problem>,
}

/// The workflows and activities of a worker, and the state that its activities share.
#[derive(Clone, Default)]
pub(crate) struct Registry {
    activities: BTreeMap<&'static str, ActivityEntry>,
    workflows: BTreeMap<&'static str, Versions>,
    states: Arc<StateMap>,
    /// Whether a panic of a workflow stalls its instance instead of failing it.
    panics_stall: bool,
    /// The names that were registered twice; the first is reported when the worker starts.
    duplicates: Vec<Duplicate>,
}

/// The versions of one workflow.
#[derive(Clone, Default)]
struct Versions {
    unversioned: Option<WorkflowEntry>,
    named: BTreeMap<&'static str, WorkflowEntry>,
}

#[derive(Clone)]
struct Duplicate {
    kind: &'static str,
    name: String,
    first: &'static str,
    second: &'static str,
}

impl Registry {
    pub(crate) fn add(&mut self, registration: Registration) {
        match registration.0 {
            Entry::Activity(entry) => self.add_activity(entry),
            Entry::Workflow(entry) => self.add_workflow(entry),
        }
    }

    /// Adds everything that attributes left behind in this program.
    pub(crate) fn add_all(&mut self) {
        for registration in inventory::iter::<Registration> {
            self.add(*registration);
        }
    }

    pub(crate) fn add_state<T: Send + Sync + 'static>(&mut self, state: T) {
        Arc::make_mut(&mut self.states).insert(state);
    }

    pub(crate) fn stall_on_panic(&mut self, stall: bool) {
        self.panics_stall = stall;
    }

    fn add_activity(&mut self, entry: ActivityEntry) {
        match self.activities.get(entry.name) {
            Some(first) if (first.marker)() != (entry.marker)() => {
                self.note_duplicate("activity", entry.name.to_owned(), first.source, entry.source);
            }
            _ => {
                self.activities.insert(entry.name, entry);
            }
        }
    }

    fn add_workflow(&mut self, entry: WorkflowEntry) {
        let versions = self.workflows.entry(entry.name).or_default();
        let first = match entry.version {
            None => versions.unversioned.replace(entry),
            Some(version) => versions.named.insert(version, entry),
        };
        if let Some(first) = first.filter(|first| (first.marker)() != (entry.marker)()) {
            let name = entry
                .version
                .map_or(entry.name.to_owned(), |version| format!("{} version {version}", entry.name));
            self.note_duplicate("workflow", name, first.source, entry.source);
        }
    }

    fn note_duplicate(
        &mut self,
        kind: &'static str,
        name: String,
        first: &'static str,
        second: &'static str,
    ) {
        self.duplicates.push(Duplicate { kind, name, first, second });
    }

    /// Whether the worker may start.
    pub(crate) fn check(&self) -> Result<(), RuntimeError> {
        self.check_names()?;
        closed::check(self)?;
        for entry in self.activities.values() {
            if let Some(state) = self.states.missing(entry.states) {
                let (activity, source) = (entry.name.to_owned(), entry.source.to_owned());
                return Err(RuntimeError::MissingState { activity, state: state.to_owned(), source });
            }
        }
        Ok(())
    }

    /// Whether every name stands for one function.
    fn check_names(&self) -> Result<(), RuntimeError> {
        if let Some(duplicate) = self.duplicates.first() {
            return Err(duplicate.into());
        }
        self.workflows.iter().try_for_each(|(name, versions)| versions.check_latest(name))
    }

    /// Two functions of one name, where a test asks for it: those that nobody asks for do no harm there.
    #[cfg(feature = "testing")]
    pub(crate) fn check_name(&self, kind: &str, name: &str) -> Result<(), RuntimeError> {
        let is_it = |one: &&Duplicate| one.kind == kind && one.name.split(' ').next() == Some(name);
        if let Some(duplicate) = self.duplicates.iter().find(is_it) {
            return Err(duplicate.into());
        }
        self.workflows.get(name).map_or(Ok(()), |versions| versions.check_latest(name))
    }

    /// The first state that an activity takes and that is not here.
    #[cfg(feature = "testing")]
    pub(crate) fn missing_state(&self, activity: &str) -> Option<&'static str> {
        self.states.missing(self.activities.get(activity)?.states)
    }

    pub(crate) fn activity(&self, name: &str) -> Option<&ActivityEntry> {
        self.activities.get(name)
    }

    pub(crate) fn states(&self) -> Arc<StateMap> {
        Arc::clone(&self.states)
    }

    pub(crate) fn activity_names(&self) -> impl Iterator<Item = &'static str> {
        self.activities.keys().copied()
    }

    pub(crate) fn workflow_names(&self) -> impl Iterator<Item = &'static str> {
        self.workflows.keys().copied()
    }

    /// A pinned instance gets its version, an older one without a pin the unversioned function, a new one the
    /// latest (docs/protocol.md, "Versions and patches").
    fn workflow(&self, start: &Start<'_>) -> Result<&WorkflowEntry, Problem> {
        let name = start.execution.name.as_str();
        let unavailable = |version: &str| Problem::VersionNotAvailable {
            name: name.to_owned(),
            version: version.to_owned(),
        };
        let Some(versions) = self.workflows.get(name) else {
            return Err(start
                .pinned_version
                .map_or_else(|| Problem::NotRegistered { name: name.to_owned() }, unavailable));
        };
        if let Some(version) = start.pinned_version {
            return versions.named.get(version).ok_or_else(|| unavailable(version));
        }
        let fallback = versions.unversioned.as_ref();
        let found = if start.replaying { fallback } else { versions.latest().or(fallback) };
        found.ok_or_else(|| unavailable("(none)"))
    }
}

impl From<&Duplicate> for RuntimeError {
    fn from(duplicate: &Duplicate) -> Self {
        let Duplicate { kind, name, first, second } = duplicate;
        let (first, second) = ((*first).to_owned(), (*second).to_owned());
        Self::DuplicateRegistration { kind, name: name.clone(), first, second }
    }
}

impl Versions {
    fn check_latest(&self, name: &str) -> Result<(), RuntimeError> {
        let mut latest = self.named.values().filter(|entry| entry.latest);
        let (Some(first), Some(second)) = (latest.next(), latest.next()) else { return Ok(()) };
        let kind = "latest version of workflow";
        Err((&Duplicate { kind, name: name.to_owned(), first: first.source, second: second.source }).into())
    }

    /// The version marked latest; without a mark the only one.
    fn latest(&self) -> Option<&WorkflowEntry> {
        let marked = self.named.values().find(|entry| entry.latest);
        marked.or_else(|| {
            self.named.values().next().filter(|_| self.named.len() == 1 && self.unversioned.is_none())
        })
    }
}

impl dacapo_engine::Workflows for Registry {
    fn start(&self, start: &Start<'_>, context: Context) -> Result<Started, Problem> {
        let entry = self.workflow(start)?;
        let body = (entry.start)(context, start.execution.input.as_deref(), self.panics_stall)?;
        Ok(Started { body, version: entry.version.map(str::to_owned) })
    }
}

fn run_activity<M: LocalActivity>(
    ctx: ActivityContext,
    input: Option<String>,
) -> BoxFuture<'static, Outcome> {
    Box::pin(async move {
        let args = (M::ARGUMENTS.decode)(input.as_deref()).map_err(|error| {
            let message = format!(
                "activity `{}` cannot read its input: {error}; the input was: {}",
                M::NAME,
                input.as_deref().unwrap_or("(none)")
            );
            FailureDetails::new("UndecodableInput", message).non_retriable()
        })?;
        let output = M::outcome(M::run(&ctx, args).await)?;
        (M::OUTPUT.encode)(&output).map_err(|error| unencodable("activity", M::NAME, &error))
    })
}

fn unencodable(kind: &str, name: &str, error: &serde_json::Error) -> FailureDetails {
    let message = format!("the result of {kind} `{name}` has no JSON form: {error}");
    FailureDetails::new("PayloadEncodingFailed", message).non_retriable()
}

fn start_workflow<M: LocalWorkflow>(
    context: Context,
    input: Option<&str>,
    panics_stall: bool,
) -> Result<Body, Problem> {
    let args = (M::ARGUMENTS.decode)(input).map_err(|error| Problem::Undecodable {
        what: format!("the input of workflow `{}`", M::NAME),
        error: format!("{error}; the input was: {}", input.unwrap_or("(none)")),
    })?;
    let ctx = WorkflowContext::of::<M>(context, M::VERSION, panics_stall);
    let body = Box::pin(AssertUnwindSafe(M::run(ctx.share(), args)).catch_unwind());
    // A kept execution is dropped whenever memory is needed, which says nothing about the workflow.
    let mut body = DroppedUnheard::new(body);
    Ok(Box::pin(poll_fn(move |cx| {
        let Some(body) = body.get() else { return Poll::Pending };
        let polled = ctx.log(|| body.as_mut().poll(cx));
        conclude::<M>(&ctx, polled)
    })))
}

/// What one poll of the body means for the execution.
fn conclude<M: LocalWorkflow>(
    ctx: &WorkflowContext,
    polled: Poll<thread::Result<Result<M::Output, FailureDetails>>>,
) -> Poll<Outcome> {
    match (ctx.take_ending(), polled) {
        (Some(Ending::ContinuedAsNew), _) => Poll::Ready(Ok(None)),
        (Some(Ending::Failed(details)), _) => Poll::Ready(Err(details)),
        (None, Poll::Pending) => Poll::Pending,
        (None, Poll::Ready(Err(panic))) => {
            ctx.panicked(panic.as_ref()).map_or(Poll::Pending, |failure| Poll::Ready(Err(failure)))
        }
        (None, Poll::Ready(Ok(outcome))) => Poll::Ready(outcome.and_then(|output| {
            (M::OUTPUT.encode)(&output).map_err(|error| unencodable("workflow", M::NAME, &error))
        })),
    }
}

/// The failure that a panic becomes.
pub(crate) fn panicked(error_type: &str, name: &str, panic: &(dyn Any + Send)) -> FailureDetails {
    FailureDetails::new(error_type, format!("`{name}` panicked: {}", panic_text(panic)))
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(a value that is no text)")
}
