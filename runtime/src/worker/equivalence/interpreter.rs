//! Runs made-up programs as workflows, and notices what no engine may do to them.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dacapo_engine::{
    ActivitySpec, CallFuture, ChildSpec, Context, DetachedSpec, FailureDetails, Problem, RetryPolicy, Start,
    Started, Target, TimerFuture, TimerSpec, Timestamp, Workflows,
};

use super::combinations;
use super::program::{Block, Call, Callee, Node, Program, Retry, Timer};

/// A digest of what came of a node, or of its failure.
pub(super) type Value = Result<u64, u64>;

/// A node that runs.
pub(super) type Running = Pin<Box<dyn Future<Output = Value>>>;

/// The version of programs that have one.
pub(super) const VERSION: &str = "2";

/// The first moment of the model's time.
pub(super) const EPOCH: Timestamp = Timestamp::UNIX_EPOCH;

/// What the code of a workflow tells beside its answers.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Lines that it would log: those of code that runs for the first time.
    pub(super) log: Vec<String>,
    /// What must not happen.
    pub(super) wrong: Vec<String>,
    /// Whether the code was run from its beginning.
    pub(super) has_begun: bool,
}

/// A program as a worker has it.
#[derive(Clone)]
pub(super) struct Interpreter {
    pub(super) program: Arc<Program>,
    /// Whether the code with patches is deployed.
    pub(super) is_patched: bool,
    /// Whether it notes nothing, because anything may happen.
    is_silent: bool,
    notes: Arc<Mutex<Notes>>,
}

impl Interpreter {
    pub(super) fn new(program: Arc<Program>, is_patched: bool) -> Self {
        Self { program, is_patched, is_silent: false, notes: Arc::default() }
    }

    pub(super) fn silent(program: Arc<Program>) -> Self {
        Self { is_silent: true, ..Self::new(program, true) }
    }

    /// The same in another process.
    pub(super) fn elsewhere(&self) -> Self {
        Self { notes: Arc::default(), ..self.clone() }
    }

    /// What was noted since this was last asked.
    pub(super) fn take_notes(&self) -> Notes {
        let notes = std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        if self.is_silent { Notes::default() } else { notes }
    }
}

impl Workflows for Interpreter {
    fn start(&self, start: &Start<'_>, context: Context) -> Result<Started, Problem> {
        let generation = start.execution.input.as_deref().and_then(|input| input.parse().ok()).unwrap_or(0);
        let frame = Rc::new(Frame {
            ctx: context,
            program: Arc::clone(&self.program),
            is_patched: self.is_patched,
            generation,
            seen: Cell::new(0),
            shown: Cell::new(u64::from(generation)),
            notes: Arc::clone(&self.notes),
        });
        frame.note(|notes| notes.has_begun = true);
        let version = self.program.is_versioned.then(|| VERSION.to_owned());
        if start.replaying && start.pinned_version != version.as_deref() {
            frame.object(format!("pinned to {:?}, not {version:?}", start.pinned_version));
        }
        let body = async move {
            let value = run_block(Rc::clone(&frame), frame.program.body.clone(), "0".to_owned()).await;
            frame.finish(value)
        };
        Ok(Started { body: Box::pin(body), version })
    }
}

/// What all nodes of a running program share.
pub(super) struct Frame {
    pub(super) ctx: Context,
    program: Arc<Program>,
    is_patched: bool,
    generation: u32,
    /// A digest of all that the code has seen and may decide upon.
    seen: Cell<u64>,
    /// The same with what differs when a turn or an instance is run again: times, and ids that are made up. It is shown,
    /// in inputs, results and the status, and decides nothing.
    shown: Cell<u64>,
    notes: Arc<Mutex<Notes>>,
}

impl Frame {
    /// Something happened that must not.
    pub(super) fn object(&self, what: String) {
        self.note(|notes| notes.wrong.push(what));
    }

    fn note(&self, note: impl FnOnce(&mut Notes)) {
        note(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn see(&self, site: &str, what: u64) {
        let what = mix(digest(site), what);
        self.seen.set(mix(self.seen.get(), what));
        self.show(what);
        if !self.ctx.is_replaying() {
            let line = format!("{site}: {:x}", self.shown.get());
            self.note(|notes| notes.log.push(line));
        }
    }

    fn show(&self, what: u64) {
        self.shown.set(mix(self.shown.get(), what));
    }

    fn finish(&self, value: Value) -> Result<Option<String>, FailureDetails> {
        let result = format!("{:x} {:x}", mix(0, value.unwrap_or_else(|failure| failure)), self.shown.get());
        match value {
            Ok(_) => Ok(Some(result)),
            Err(_) => Err(FailureDetails::new("Program", result)),
        }
    }
}

/// Runs a node at `site`, the path to it through the program.
pub(super) fn run(frame: Rc<Frame>, node: Node, site: String) -> Running {
    Box::pin(async move {
        let value = match node {
            Node::Call(call) => result(&frame, &site, begin(&frame, &call, &site, Begin::WhenPolled).await),
            Node::Timer(timer) => timed(frame.ctx.timer(spec(&timer), None)).await,
            Node::Event { name, timeout } => event(&frame, name, timeout, &site).await,
            Node::Block(block) => run_block(Rc::clone(&frame), block, site.clone()).await,
            Node::Join(shape, members) => {
                combinations::join(&frame, shape, begin_all(&frame, &members, &site)).await
            }
            Node::TryJoin(shape, members) => {
                combinations::try_join(&frame, shape, begin_all(&frame, &members, &site)).await
            }
            Node::Race(shape, members) => {
                combinations::race(&frame, shape, begin_all(&frame, &members, &site), &site).await
            }
            Node::Buffered(width, members) => {
                combinations::buffered(&frame, width.into(), begin_all(&frame, &members, &site)).await
            }
            Node::Timeout(limit, node) => {
                let inner = run(Rc::clone(&frame), Node::clone(&node), format!("{site}.0"));
                combinations::timeout(&frame, inner, millis(limit)).await
            }
            Node::Patch { patch, new, old } => patched(&frame, patch, (new, old), &site).await,
            Node::Branch(even, odd) => {
                let way = if frame.seen.get().is_multiple_of(2) { even } else { odd };
                run(Rc::clone(&frame), Node::clone(&way), format!("{site}.0")).await
            }
            other => at_once(&frame, &other, &site),
        };
        frame.see(&site, value.unwrap_or_else(|failure| mix(1, failure)));
        value
    })
}

/// What takes no time.
fn at_once(frame: &Frame, node: &Node, site: &str) -> Value {
    match node {
        Node::Start(call) => drop(begin(frame, call, site, Begin::AtOnce)),
        Node::StartTimer(timer) => drop(frame.ctx.start_timer(spec(timer), Some("a label".to_owned()))),
        Node::Detach => {
            let name = format!("d{}", site.len());
            let id = frame.ctx.detached(DetachedSpec {
                name,
                input: input(frame, site),
                ..DetachedSpec::default()
            });
            frame.show(digest(&id));
        }
        Node::Status => frame.ctx.set_custom_status(Some(format!("\"{:x}\"", frame.shown.get()))),
        Node::Uuid => frame.show(digest(&frame.ctx.new_uuid().to_string())),
        Node::Now => frame.show(digest(&frame.ctx.now().to_string())),
        Node::Renew { keeps_events } if frame.generation + 1 < frame.program.generations => {
            frame.ctx.continue_as_new(Some((frame.generation + 1).to_string()), *keeps_events);
        }
        Node::Fail => return Err(digest(site)),
        _ => {}
    }
    Ok(0)
}

async fn patched(frame: &Rc<Frame>, patch: u8, (new, old): (Arc<Node>, Arc<Node>), site: &str) -> Value {
    // The code before the deploy knows nothing of the patch.
    let is_asked = frame.is_patched && !frame.program.is_versioned;
    if is_asked && frame.ctx.is_patched(&format!("p{patch}")) {
        run(Rc::clone(frame), Node::clone(&new), format!("{site}.new")).await
    } else {
        run(Rc::clone(frame), Node::clone(&old), format!("{site}.old")).await
    }
}

fn begin_all(frame: &Rc<Frame>, nodes: &[Node], site: &str) -> Vec<Running> {
    let members = nodes.iter().enumerate();
    members.map(|(index, node)| run(Rc::clone(frame), node.clone(), format!("{site}.{index}"))).collect()
}

/// Work that a block has begun and not awaited.
enum Handle {
    Call(CallFuture, String),
    Timer(TimerFuture),
}

async fn run_block(frame: Rc<Frame>, block: Block, site: String) -> Value {
    let mut handles = VecDeque::new();
    let mut whole = 0;
    for (index, node) in block.nodes.iter().enumerate() {
        let site = format!("{site}.{index}");
        let value = match node {
            Node::Start(call) => {
                handles.push_back(Handle::Call(begin(&frame, call, &site, Begin::AtOnce), site));
                Ok(0)
            }
            Node::StartTimer(timer) => {
                handles.push_back(Handle::Timer(frame.ctx.start_timer(spec(timer), None)));
                Ok(0)
            }
            Node::Await => match handles.pop_front() {
                Some(Handle::Call(call, called_at)) => result(&frame, &called_at, call.await),
                Some(Handle::Timer(timer)) => timed(timer).await,
                None => Ok(0),
            },
            Node::Discard => {
                drop(handles.pop_front());
                Ok(0)
            }
            other => run(Rc::clone(&frame), other.clone(), site).await,
        };
        match value {
            Err(failure) if block.is_strict => return Err(failure),
            value => whole = mix(whole, value.unwrap_or_else(|failure| failure)),
        }
    }
    Ok(whole)
}

async fn timed(timer: TimerFuture) -> Value {
    timer.await;
    Ok(2)
}

async fn event(frame: &Frame, name: u8, timeout: Option<u16>, site: &str) -> Value {
    // Names are compared without case.
    let asked = if site.len().is_multiple_of(2) { format!("e{name}") } else { format!("E{name}") };
    match frame.ctx.event(&asked, timeout.map(millis)).await {
        Ok(payload) => {
            let payload = payload.unwrap_or_default();
            if !payload.starts_with(&format!("e{name}:")) {
                frame.object(format!("{site} waits for e{name} and receives {payload}"));
            }
            Ok(digest(&payload))
        }
        Err(_) => Ok(3),
    }
}

enum Begin {
    WhenPolled,
    AtOnce,
}

fn begin(frame: &Frame, call: &Call, site: &str, begin: Begin) -> CallFuture {
    let (name, input, propagation) = (format!("w{}", call.name), input(frame, site), call.propagation);
    let retry = call.retry.as_ref().map(policy);
    let target = call.is_remote.then(|| Target { app: "other".to_owned(), namespace: None });
    if let Callee::Activity = call.callee {
        let spec = ActivitySpec { name, input, retry, target, propagation };
        return match begin {
            Begin::WhenPolled => frame.ctx.activity(spec),
            Begin::AtOnce => frame.ctx.start_activity(spec),
        };
    }
    let instance_id = matches!(call.callee, Callee::NamedChild).then(|| format!("kid-{site}"));
    let spec = ChildSpec { name, input, instance_id, retry, target, propagation };
    match begin {
        Begin::WhenPolled => frame.ctx.child(spec),
        Begin::AtOnce => frame.ctx.start_child(spec),
    }
}

/// The input of work tells where it was asked for, so that its result can be known, and all that was seen before.
fn input(frame: &Frame, site: &str) -> Option<String> {
    Some(format!("{site}|{:x}", frame.shown.get()))
}

/// What a call came to. The sidecar names the site in results of which it is sure: they must not go elsewhere.
fn result(frame: &Frame, site: &str, result: Result<Option<String>, FailureDetails>) -> Value {
    let text = match &result {
        Ok(result) => result.clone().unwrap_or_default(),
        Err(failure) => failure.message.clone(),
    };
    let is_foreign = text.starts_with("sure:") && !text.starts_with(&format!("sure:{site}:"));
    if is_foreign || text.starts_with("repeat:") || text.starts_with("foreign:") {
        frame.object(format!("the call at {site} receives {text}"));
    }
    match result {
        Ok(_) => Ok(digest(&text)),
        Err(failure) => Err(mix(digest(&failure.error_type), digest(&text))),
    }
}

fn policy(retry: &Retry) -> RetryPolicy {
    RetryPolicy {
        max_attempts: retry.max_attempts,
        first_interval: millis(retry.first_millis),
        backoff: if retry.is_doubling { 2.0 } else { 1.0 },
        max_interval: retry.max_millis.map(millis),
        timeout: retry.timeout_millis.map(millis),
        non_retryable: if retry.has_fatal_type { vec!["Fatal".to_owned()] } else { Vec::new() },
        predicate: retry.has_predicate.then(|| -> Rc<dyn Fn(&FailureDetails) -> bool> {
            Rc::new(|failure: &FailureDetails| failure.error_type != "Picky")
        }),
    }
}

fn spec(timer: &Timer) -> TimerSpec {
    match timer {
        Timer::After(delay) => TimerSpec::After(millis(*delay)),
        Timer::At(time) => TimerSpec::At(EPOCH.saturating_add(millis(*time))),
    }
}

fn millis(millis: u16) -> Duration {
    Duration::from_millis(millis.into())
}

/// A digest of two.
pub(super) fn mix(first: u64, second: u64) -> u64 {
    (first.rotate_left(5) ^ second).wrapping_mul(0x0100_0000_01b3).wrapping_add(1)
}

fn digest(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// A member of a race, and when it was polled and done.
pub(super) struct Probe {
    pub(super) running: Running,
    pub(super) index: usize,
    pub(super) race: Rc<RefCell<Course>>,
}

/// How a race went.
#[derive(Default)]
pub(super) struct Course {
    pub(super) polled: Vec<usize>,
    pub(super) done: Vec<usize>,
}

impl Future for Probe {
    type Output = Value;

    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<Value> {
        let index = self.index;
        self.race.borrow_mut().polled.push(index);
        let poll = self.running.as_mut().poll(cx);
        if poll.is_ready() {
            self.race.borrow_mut().done.push(index);
        }
        poll
    }
}
