//! Timers that are due.
//! See docs/protocol.md, "Sidecar: timers".

use std::time::Duration;

use super::event::timer_fired;
use super::ledger::Kind;
use super::purge::Condition;
use super::rejection::Failure;
use super::{Core, Time};
use crate::store::{InstanceKey, Result, Timer};

/// Timers further away than this stay in history and are never armed: no sidecar lives to see them.
const ARMED_MAX: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// How many timers fire in one transaction.
const FIRED_MAX: usize = 1000;

/// How many instances are removed in one transaction.
const SWEPT_MAX: usize = 1000;

/// How often expired values of state stores, which are invisible at once, and instances that were kept long
/// enough are removed.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

impl Core {
    pub(super) fn arm(&mut self, timer: Timer) -> Result<()> {
        if timer.due > self.clock.now().saturating_add(ARMED_MAX) {
            return Ok(());
        }
        self.store.insert_timer(timer)?;
        self.next_timer = Some(self.next_timer.map_or(timer.due, |next| next.min(timer.due)));
        Ok(())
    }

    pub(super) fn disarm(&mut self, key: InstanceKey, id: i32) -> Result<()> {
        self.timers_removed = true;
        self.store.delete_timer(key, id)
    }

    pub(super) fn disarm_all(&mut self, key: InstanceKey) -> Result<()> {
        self.timers_removed = true;
        self.store.clear_timers(key)
    }

    /// Finds the next timer again, where the one known as such may be gone.
    pub(super) fn find_next_timer(&mut self) {
        if std::mem::take(&mut self.timers_removed) {
            match self.store.next_due() {
                Ok(next) => self.next_timer = next,
                Err(error) => tracing::error!(%error, "the timers cannot be read"),
            }
        }
    }

    pub(super) fn fire_timers(&mut self, now: Time) -> std::result::Result<(), Failure> {
        for timer in self.store.due_timers(now, FIRED_MAX)? {
            self.disarm(timer.instance, timer.id)?;
            if timer.id == Timer::START {
                self.start_held(timer.instance)?;
            } else {
                let fired = timer_fired(now, timer.id, timer.due);
                self.resolve(timer.instance, (Kind::Timer, timer.id), &fired)?;
            }
        }
        Ok(())
    }

    pub(super) fn sweep(&mut self, now: Time) -> std::result::Result<(), Failure> {
        if self.next_sweep <= now {
            self.store.sweep_values(now)?;
            let finished = self.sweep_instances(now)?;
            self.next_sweep = if finished { now.saturating_add(SWEEP_INTERVAL) } else { now };
        }
        Ok(())
    }

    /// Removes the instances that were kept long enough; false when there are more than one transaction takes.
    fn sweep_instances(&mut self, now: Time) -> std::result::Result<bool, Failure> {
        let Some(retained) = self.config.retain_completed else { return Ok(true) };
        let ended = self.store.ended_before(now.saturating_sub(retained), SWEPT_MAX)?;
        let finished = ended.len() < SWEPT_MAX;
        for key in ended {
            self.purge_one(key, Condition::Ended)?;
        }
        Ok(finished)
    }

    fn start_held(&mut self, key: InstanceKey) -> Result<()> {
        match self.row(key)? {
            Some(row) if row.held => self.start_now(key, row),
            _ => Ok(()),
        }
    }
}
