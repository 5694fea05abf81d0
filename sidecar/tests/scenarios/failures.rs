//! A store that fails: what was acknowledged stays, what was not is refused, and work goes on afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use dacapo_proto::pb::OrchestrationStatus;
use dacapo_sidecar::core::{Code, Command, Config, Time};
use dacapo_sidecar::store::{
    Activity, ActivityKey, InboxEvent, Instance, InstanceKey, MemoryStore, Result, StateKey, StateValue,
    Store, StoreError, Timer,
};

use crate::common::*;
use crate::world::World;

/// What fails while its switch is on.
#[derive(Default)]
struct Switches {
    commit: AtomicBool,
    append: AtomicBool,
    read: AtomicBool,
}

struct Failing {
    store: MemoryStore,
    switches: Arc<Switches>,
}

fn full() -> StoreError {
    StoreError::Full { detail: "simulated".into() }
}

macro_rules! delegate {
    ($($name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {
        $(fn $name(&mut self, $($arg: $type),*) -> $result { self.store.$name($($arg),*) })*
    };
}

impl Store for Failing {
    fn commit(&mut self) -> Result<()> {
        if self.switches.commit.load(Ordering::SeqCst) { Err(full()) } else { self.store.commit() }
    }

    fn append_history(&mut self, key: InstanceKey, first_seq: i64, events: &[Bytes]) -> Result<()> {
        self.store.append_history(key, first_seq, events)?;
        if self.switches.append.load(Ordering::SeqCst) { Err(full()) } else { Ok(()) }
    }

    fn inbox(&mut self, key: InstanceKey, limit: usize) -> Result<Vec<InboxEvent>> {
        if self.switches.read.load(Ordering::SeqCst) { Err(full()) } else { self.store.inbox(key, limit) }
    }

    delegate! {
        begin() -> Result<()>;
        rollback() -> ();
        savepoint() -> Result<()>;
        release() -> Result<()>;
        undo() -> Result<()>;
        find(app: &str, id: &str) -> Result<Option<InstanceKey>>;
        instance(key: InstanceKey) -> Result<Option<Instance>>;
        insert_instance(instance: &Instance) -> Result<InstanceKey>;
        update_instance(key: InstanceKey, instance: &Instance) -> Result<()>;
        delete_instance(key: InstanceKey) -> Result<()>;
        instance_ids(app: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>>;
        ended_before(moment: Time, limit: usize) -> Result<Vec<InstanceKey>>;
        stalled(app: &str) -> Result<Vec<InstanceKey>>;
        runnable() -> Result<Vec<(String, InstanceKey)>>;
        history(key: InstanceKey) -> Result<Vec<Bytes>>;
        history_event(key: InstanceKey, seq: i64) -> Result<Option<Bytes>>;
        clear_history(key: InstanceKey) -> Result<()>;
        has_inbox(key: InstanceKey) -> Result<bool>;
        push_inbox(key: InstanceKey, event: Bytes) -> Result<()>;
        trim_inbox(key: InstanceKey, through: i64) -> Result<()>;
        insert_timer(timer: Timer) -> Result<()>;
        delete_timer(key: InstanceKey, id: i32) -> Result<()>;
        clear_timers(key: InstanceKey) -> Result<()>;
        due_timers(now: Time, limit: usize) -> Result<Vec<Timer>>;
        next_due() -> Result<Option<Time>>;
        insert_activity(activity: &Activity) -> Result<ActivityKey>;
        activity(key: ActivityKey) -> Result<Option<Activity>>;
        delete_activity(key: ActivityKey) -> Result<()>;
        activities_of(instance: InstanceKey) -> Result<Vec<ActivityKey>>;
        pending_activities() -> Result<Vec<(String, ActivityKey)>>;
        propagated(key: InstanceKey) -> Result<Option<Bytes>>;
        set_propagated(key: InstanceKey, history: Option<Bytes>) -> Result<()>;
        value(key: &StateKey) -> Result<Option<StateValue>>;
        set_value(key: &StateKey, value: &StateValue) -> Result<()>;
        delete_value(key: &StateKey) -> Result<()>;
        sweep_values(now: Time) -> Result<()>;
    }
}

fn world() -> (World, Arc<Switches>) {
    let switches = Arc::<Switches>::default();
    let store = Failing { store: MemoryStore::new(), switches: switches.clone() };
    (World::with_store(Box::new(store), Config::default()), switches)
}

#[test]
fn a_failed_commit_refuses_the_whole_batch_and_loses_nothing_older() {
    let (mut world, switches) = world();
    world.run("a", vec![]);
    world.call(Command::Raise(raise("a", "kept", "1"))).unwrap();
    switches.commit.store(true, Ordering::SeqCst);
    let (code, message) = world.refused(Command::Start(request("b", "w")));
    assert_eq!(code, Code::ResourceExhausted);
    assert!(message.contains("free some space"), "{message}");
    assert_eq!(world.refused(Command::Raise(raise("a", "lost", "2"))).0, Code::ResourceExhausted);
    world.idle();
    switches.commit.store(false, Ordering::SeqCst);
    world.advance(1);
    assert_eq!(world.state("b"), None);
    assert_eq!(world.next_turn("a", vec![complete(0, "1")]), ["turn", "raised kept 1"]);
    assert_eq!(world.status("a"), OrchestrationStatus::Completed);
}

#[test]
fn a_turn_that_cannot_be_written_is_undone_and_given_out_again() {
    let (mut world, switches) = world();
    world.run("a", vec![task(0, "act")]);
    let activity = world.activity();
    world.start("b");
    let turn = world.turn();
    switches.append.store(true, Ordering::SeqCst);
    let response = dacapo_proto::pb::WorkflowResponse {
        instance_id: "b".into(),
        actions: vec![task(0, "act"), complete(1, "1")],
        ..Default::default()
    };
    assert_eq!(world.refused(Command::CompleteWorkflow(response)).0, Code::ResourceExhausted);
    switches.append.store(false, Ordering::SeqCst);
    world.idle();
    world.advance(1);
    assert_eq!(world.history("b"), Vec::<String>::new());
    world.reply(&turn, vec![]);
    let again = world.turn();
    assert_ne!(again.token, turn.token);
    world.reply(&again, vec![complete(0, "1")]);
    world.finish(&activity, Ok("stale"));
    world.next_activity("act", Ok("fresh"));
    assert_eq!(world.next_turn("a", vec![]), ["turn", "done(0) fresh"]);
    world.idle();
}

#[test]
fn a_turn_that_cannot_be_read_now_is_given_out_later() {
    let (mut world, switches) = world();
    world.start("a");
    switches.read.store(true, Ordering::SeqCst);
    world.idle();
    switches.read.store(false, Ordering::SeqCst);
    world.idle();
    assert!(world.core.next_due().is_some(), "the core asks to be called again");
    world.advance(1);
    assert_eq!(world.next_turn("a", vec![]), ["turn", "start \"in\""]);
}
