//! Timers that are due.

use std::time::Duration;

use super::event::timer_fired;
use super::ledger::Kind;
use super::rejection::Failure;
use super::{Core, Time};
use crate::store::{InstanceKey, Result, Timer};

/// How many timers fire in one transaction.
const FIRED_MAX: usize = 1000;

/// How often expired values of state stores are removed from the file; they are invisible at once.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

impl Core {
    pub(super) fn arm(&mut self, timer: Timer) -> Result<()> {
        self.store.insert_timer(timer)?;
        self.next_timer = Some(self.next_timer.map_or(timer.due, |next| next.min(timer.due)));
        Ok(())
    }

    pub(super) fn fire_timers(&mut self, now: Time) -> std::result::Result<(), Failure> {
        for timer in self.store.due_timers(now, FIRED_MAX)? {
            self.store.delete_timer(timer.instance, timer.id)?;
            if timer.id == Timer::START {
                self.start_held(timer.instance)?;
            } else {
                let fired = timer_fired(now, timer.id, timer.due);
                self.resolve(timer.instance, (Kind::Timer, timer.id), &fired)?;
            }
        }
        self.next_timer = self.store.next_due()?;
        Ok(())
    }

    pub(super) fn sweep(&mut self, now: Time) -> std::result::Result<(), Failure> {
        if self.next_sweep <= now {
            self.store.sweep_values(now)?;
            self.next_sweep = now.saturating_add(SWEEP_INTERVAL);
        }
        Ok(())
    }

    fn start_held(&mut self, key: InstanceKey) -> Result<()> {
        match self.row(key)? {
            Some(row) if row.held => self.start_now(key, row),
            _ => Ok(()),
        }
    }
}
