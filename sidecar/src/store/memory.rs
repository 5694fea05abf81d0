//! A store that lives as long as the process.

use bytes::Bytes;
use dacapo_proto::pb::OrchestrationStatus;

use super::table::Table;
use super::{
    Activity, ActivityKey, InboxEvent, Instance, InstanceKey, Result, StateKey, StateValue, Store, Timer,
};
use crate::core::Time;

/// Rows in ordered maps; the same answers as the store on a file, and nothing survives.
#[derive(Debug, Default)]
pub struct MemoryStore {
    instances: Table<i64, Instance>,
    addresses: Table<(String, String), i64>,
    history: Table<(i64, i64), Bytes>,
    inbox: Table<(i64, i64), Bytes>,
    timers: Table<(i64, i32), Time>,
    due: Table<(Time, i64, i32), ()>,
    activities: Table<i64, Activity>,
    of_instance: Table<(i64, i64), ()>,
    propagated: Table<i64, Bytes>,
    values: Table<StateKey, StateValue>,
    last_instance: i64,
    last_activity: i64,
    savepoint: Mark,
}

#[derive(Clone, Copy, Debug, Default)]
struct Mark([usize; 10]);

/// Calls a method on every table, in a fixed order.
macro_rules! each_table {
    ($store:ident, $table:ident, $index:ident => $call:expr) => {{
        let mut $index = 0;
        each_table!(@ $store, $table, $index, $call; instances addresses history inbox timers due activities of_instance propagated values);
        $index
    }};
    (@ $store:ident, $table:ident, $index:ident, $call:expr; $($name:ident)*) => {
        $({ let $table = &mut $store.$name; $call; $index += 1; })*
    };
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn mark(&mut self) -> Mark {
        let mut mark = Mark::default();
        each_table!(self, table, index => mark.0[index] = table.changes());
        mark
    }

    fn back_to(&mut self, mark: Mark) {
        each_table!(self, table, index => table.back_to(mark.0[index]));
    }

    fn forget_changes(&mut self) {
        each_table!(self, table, index => table.forget_changes());
    }
}

impl Store for MemoryStore {
    fn begin(&mut self) -> Result<()> {
        self.forget_changes();
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        self.forget_changes();
        Ok(())
    }

    fn rollback(&mut self) {
        self.back_to(Mark::default());
    }

    fn savepoint(&mut self) -> Result<()> {
        self.savepoint = self.mark();
        Ok(())
    }

    fn release(&mut self) -> Result<()> {
        Ok(())
    }

    fn undo(&mut self) -> Result<()> {
        self.back_to(self.savepoint);
        Ok(())
    }

    fn find(&mut self, app: &str, id: &str) -> Result<Option<InstanceKey>> {
        Ok(self.addresses.get(&(app.into(), id.into())).copied().map(InstanceKey))
    }

    fn instance(&mut self, key: InstanceKey) -> Result<Option<Instance>> {
        Ok(self.instances.get(&key.0).cloned())
    }

    fn insert_instance(&mut self, instance: &Instance) -> Result<InstanceKey> {
        self.last_instance += 1;
        let key = self.last_instance;
        self.addresses.insert((instance.app.clone(), instance.id.clone()), key);
        self.instances.insert(key, instance.clone());
        Ok(InstanceKey(key))
    }

    fn update_instance(&mut self, key: InstanceKey, instance: &Instance) -> Result<()> {
        self.instances.insert(key.0, instance.clone());
        Ok(())
    }

    fn delete_instance(&mut self, key: InstanceKey) -> Result<()> {
        let Some(instance) = self.instances.get(&key.0).cloned() else { return Ok(()) };
        self.addresses.remove(&(instance.app, instance.id));
        self.instances.remove(&key.0);
        self.clear_history(key)?;
        self.inbox.remove_range(whole(key));
        self.clear_timers(key)?;
        for activity in self.activities_of(key)? {
            self.delete_activity(activity)?;
        }
        self.propagated.remove(&key.0);
        Ok(())
    }

    fn instance_ids(&mut self, app: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>> {
        let from = (app.to_owned(), after.unwrap_or_default().to_owned());
        let ids = self.addresses.range(from..).take_while(|((of, _), _)| of == app);
        let beyond = ids.filter(|((_, id), _)| after != Some(id.as_str()));
        Ok(beyond.take(limit).map(|((_, id), _)| id.clone()).collect())
    }

    fn ended_before(&mut self, moment: Time, limit: usize) -> Result<Vec<InstanceKey>> {
        let ended = self.instances.iter().filter_map(|(key, row)| Some((row.completed?, *key)));
        let mut ended: Vec<_> = ended.filter(|(completed, _)| *completed <= moment).collect();
        ended.sort_unstable();
        ended.truncate(limit);
        Ok(ended.into_iter().map(|(_, key)| InstanceKey(key)).collect())
    }

    fn stalled(&mut self, app: &str) -> Result<Vec<InstanceKey>> {
        let of_app = self.instances.iter().filter(|(_, row)| row.app == app);
        let stalled = of_app.filter(|(_, row)| row.status == OrchestrationStatus::Stalled);
        Ok(stalled.map(|(key, _)| InstanceKey(*key)).collect())
    }

    fn runnable(&mut self) -> Result<Vec<(String, InstanceKey)>> {
        let free = self.instances.iter().filter(|(_, row)| !row.held);
        let free = free.filter(|(_, row)| row.status != OrchestrationStatus::Stalled);
        let waiting = free.filter(|(key, _)| self.inbox.range(whole(InstanceKey(**key))).next().is_some());
        let mut found: Vec<_> = waiting.map(|(key, row)| (row.updated, *key, row.app.clone())).collect();
        found.sort();
        Ok(found.into_iter().map(|(_, key, app)| (app, InstanceKey(key))).collect())
    }

    fn history(&mut self, key: InstanceKey) -> Result<Vec<Bytes>> {
        Ok(self.history.range(whole(key)).map(|(_, event)| event.clone()).collect())
    }

    fn history_event(&mut self, key: InstanceKey, seq: i64) -> Result<Option<Bytes>> {
        Ok(self.history.get(&(key.0, seq)).cloned())
    }

    fn append_history(&mut self, key: InstanceKey, first_seq: i64, events: &[Bytes]) -> Result<()> {
        for (seq, event) in (first_seq..).zip(events) {
            self.history.insert((key.0, seq), event.clone());
        }
        Ok(())
    }

    fn clear_history(&mut self, key: InstanceKey) -> Result<()> {
        self.history.remove_range(whole(key));
        Ok(())
    }

    fn inbox(&mut self, key: InstanceKey, limit: usize) -> Result<Vec<InboxEvent>> {
        let rows = self.inbox.range(whole(key)).take(limit);
        Ok(rows.map(|((_, seq), event)| InboxEvent { seq: *seq, event: event.clone() }).collect())
    }

    fn has_inbox(&mut self, key: InstanceKey) -> Result<bool> {
        Ok(self.inbox.range(whole(key)).next().is_some())
    }

    fn push_inbox(&mut self, key: InstanceKey, event: Bytes) -> Result<()> {
        let last = self.inbox.range(whole(key)).next_back().map_or(0, |((_, seq), _)| *seq);
        self.inbox.insert((key.0, last + 1), event);
        Ok(())
    }

    fn trim_inbox(&mut self, key: InstanceKey, through: i64) -> Result<()> {
        self.inbox.remove_range((key.0, i64::MIN)..=(key.0, through));
        Ok(())
    }

    fn insert_timer(&mut self, timer: Timer) -> Result<()> {
        self.delete_timer(timer.instance, timer.id)?;
        self.timers.insert((timer.instance.0, timer.id), timer.due);
        self.due.insert((timer.due, timer.instance.0, timer.id), ());
        Ok(())
    }

    fn delete_timer(&mut self, key: InstanceKey, id: i32) -> Result<()> {
        if let Some(due) = self.timers.get(&(key.0, id)).copied() {
            self.timers.remove(&(key.0, id));
            self.due.remove(&(due, key.0, id));
        }
        Ok(())
    }

    fn clear_timers(&mut self, key: InstanceKey) -> Result<()> {
        let range = (key.0, i32::MIN)..=(key.0, i32::MAX);
        let ids: Vec<i32> = self.timers.range(range).map(|((_, id), _)| *id).collect();
        ids.into_iter().try_for_each(|id| self.delete_timer(key, id))
    }

    fn due_timers(&mut self, now: Time, limit: usize) -> Result<Vec<Timer>> {
        let due = self.due.iter().take_while(|((due, _, _), ())| *due <= now).take(limit);
        let timers =
            due.map(|((due, key, id), ())| Timer { instance: InstanceKey(*key), id: *id, due: *due });
        Ok(timers.collect())
    }

    fn next_due(&mut self) -> Result<Option<Time>> {
        Ok(self.due.iter().next().map(|((due, _, _), ())| *due))
    }

    fn insert_activity(&mut self, activity: &Activity) -> Result<ActivityKey> {
        self.last_activity += 1;
        self.activities.insert(self.last_activity, activity.clone());
        self.of_instance.insert((activity.instance.0, self.last_activity), ());
        Ok(ActivityKey(self.last_activity))
    }

    fn activity(&mut self, key: ActivityKey) -> Result<Option<Activity>> {
        Ok(self.activities.get(&key.0).cloned())
    }

    fn delete_activity(&mut self, key: ActivityKey) -> Result<()> {
        if let Some(instance) = self.activities.get(&key.0).map(|activity| activity.instance) {
            self.of_instance.remove(&(instance.0, key.0));
            self.activities.remove(&key.0);
        }
        Ok(())
    }

    fn activities_of(&mut self, instance: InstanceKey) -> Result<Vec<ActivityKey>> {
        Ok(self.of_instance.range(whole(instance)).map(|((_, key), ())| ActivityKey(*key)).collect())
    }

    fn pending_activities(&mut self) -> Result<Vec<(String, ActivityKey)>> {
        Ok(self.activities.iter().map(|(key, row)| (row.app.clone(), ActivityKey(*key))).collect())
    }

    fn propagated(&mut self, key: InstanceKey) -> Result<Option<Bytes>> {
        Ok(self.propagated.get(&key.0).cloned())
    }

    fn set_propagated(&mut self, key: InstanceKey, history: Option<Bytes>) -> Result<()> {
        match history {
            Some(history) => self.propagated.insert(key.0, history),
            None => self.propagated.remove(&key.0),
        }
        Ok(())
    }

    fn value(&mut self, key: &StateKey) -> Result<Option<StateValue>> {
        Ok(self.values.get(key).cloned())
    }

    fn set_value(&mut self, key: &StateKey, value: &StateValue) -> Result<()> {
        self.values.insert(key.clone(), value.clone());
        Ok(())
    }

    fn delete_value(&mut self, key: &StateKey) -> Result<()> {
        self.values.remove(key);
        Ok(())
    }

    fn sweep_values(&mut self, now: Time) -> Result<()> {
        let expired = self.values.iter().filter(|(_, value)| value.expires.is_some_and(|at| at <= now));
        let keys: Vec<StateKey> = expired.map(|(key, _)| key.clone()).collect();
        keys.iter().for_each(|key| self.values.remove(key));
        Ok(())
    }
}

/// The range of a table keyed by instance and number that belongs to one instance.
fn whole(key: InstanceKey) -> std::ops::RangeInclusive<(i64, i64)> {
    (key.0, i64::MIN)..=(key.0, i64::MAX)
}
