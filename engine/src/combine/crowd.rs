//! Many members of one type, of which only those that can go on are polled.

use alloc::{rc::Rc, vec::Vec};
use core::task::Context;

use super::{heat::Heat, member::Member};
use crate::{
    journal::Core,
    leaf::{Node, Slot},
};

/// The members of a wide join.
pub(super) struct Crowd<F: Future> {
    core: Rc<Core>,
    node: Rc<Node>,
    members: Vec<Member<F>>,
    running: usize,
}

impl<F: Future> Crowd<F> {
    pub(super) fn new(core: Rc<Core>, futures: impl IntoIterator<Item = F>) -> Self {
        let mut crowd = Self { core, node: Rc::default(), members: Vec::new(), running: 0 };
        futures.into_iter().for_each(|future| crowd.push(future));
        crowd
    }

    /// Adds a member; it is polled with the next poll of those that can go on.
    pub(super) fn push(&mut self, future: F) {
        self.node.mark_ready(self.members.len());
        self.members.push(Member::new(future));
        self.running += 1;
    }

    /// How many members are not done.
    pub(super) fn running(&self) -> usize {
        self.running
    }

    /// Polls the members that can go on, in order; returns those that became done. `heat` notes who takes events.
    ///
    /// A member that becomes able to go on behind the one being polled is polled in the next poll, as it would be
    /// if all of them were polled in turn.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, mut heat: Option<&mut Heat<'_>>) -> Vec<usize> {
        self.node.adopt(self.core.parking.slot());
        let mut done = Vec::new();
        let mut next = self.node.next_ready(0);
        while let Some(index) = next {
            if self.poll_member(index, cx, heat.as_deref_mut()) {
                done.push(index);
            }
            next = self.node.next_ready(index + 1);
        }
        self.running -= done.len();
        done
    }

    pub(super) fn output(&self, index: usize) -> Option<&F::Output> {
        self.members.get(index).and_then(Member::output)
    }

    pub(super) fn take(&mut self, index: usize) -> Option<F::Output> {
        self.members.get_mut(index).and_then(Member::take)
    }

    /// All outputs in order; members that are not done are dropped.
    pub(super) fn take_all(&mut self) -> Vec<F::Output> {
        self.running = 0;
        core::mem::take(&mut self.members).iter_mut().filter_map(Member::take).collect()
    }

    /// Whether the member became done. One that was done before may still be announced by what it left behind.
    fn poll_member(&mut self, index: usize, cx: &mut Context<'_>, heat: Option<&mut Heat<'_>>) -> bool {
        let Some(member) = self.members.get_mut(index).filter(|member| member.is_running()) else {
            return false;
        };
        let around = self.core.parking.enter(Some(Slot { node: Rc::clone(&self.node), index }));
        let is_done = match heat {
            Some(heat) => heat.run(index, || member.poll(cx)),
            None => member.poll(cx),
        };
        self.core.parking.enter(around);
        is_done
    }
}
