//! One poll of a race: who took which external events, so that those of the losers can go back.

use alloc::vec::Vec;
use core::ops::Range;

use crate::journal::Core;

/// One poll of the members of a race.
pub(super) struct Heat<'a> {
    core: &'a Core,
    takings: Vec<(usize, Range<usize>)>,
}

impl<'a> Heat<'a> {
    pub(super) fn begin(core: &'a Core) -> Self {
        core.journal.borrow_mut().inbox.begin_race();
        Self { core, takings: Vec::new() }
    }

    /// Polls one member through `poll`.
    pub(super) fn run<T>(&mut self, member: usize, poll: impl FnOnce() -> T) -> T {
        let from = self.taken_count();
        let result = poll();
        let to = self.taken_count();
        if to > from {
            self.takings.push((member, from..to));
        }
        result
    }

    /// Nobody has won yet.
    pub(super) fn go_on(self) {
        self.end(&[]);
    }

    /// `winner` has won. The losers are dropped already.
    pub(super) fn won_by(self, winner: usize) {
        let lost = self.takings.iter().filter(|(member, _)| *member != winner);
        let lost: Vec<_> = lost.map(|(_, range)| range.clone()).collect();
        self.end(&lost);
    }

    fn end(&self, lost: &[Range<usize>]) {
        self.core.journal.borrow_mut().inbox.end_race(&self.core.parking, lost);
    }

    fn taken_count(&self) -> usize {
        self.core.journal.borrow().inbox.taken_count()
    }
}
