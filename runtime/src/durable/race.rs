//! The first of several durables.

use core::fmt;
use core::future::Future;
use core::time::Duration;

use dacapo_engine::combine;

use super::Durable;
use crate::context::WorkflowContext;
use crate::{OneOf2, OneOf3, OneOf4, OneOf5, OneOf6, OneOf7, OneOf8};

/// Waits for the first of several durables: of a tuple, a `Vec` or an array.
///
/// The winner is the first in source order among those complete at the event that ended the race, live and on every
/// replay. The losers are dropped: a waiter for an event is removed, a call's retries end, a completion that comes
/// later is ignored. Work that was already scheduled runs on: Dapr cannot cancel it.
///
/// ```
/// # use dacapo::prelude::*;
/// # #[activity] async fn ask_bank() -> Result<u32> { Ok(1) }
/// #[workflow]
/// async fn quote(ctx: &WorkflowContext) -> Result<u32> {
///     match race((ask_bank(), ctx.create_timer(Duration::from_secs(5)))).await {
///         OneOf2::First(price) => Ok(price?),
///         OneOf2::Second(()) => Ok(0),
///     }
/// }
/// ```
pub fn race<S>(members: S) -> Race<S> {
    Race(members)
}

/// The future of [`race`].
#[must_use = "a race begins when it is awaited; add `.await`"]
#[derive(Clone, Debug)]
pub struct Race<S>(S);

// The bound stands here alone, and the compiler may name it: what cannot be raced is one error, at the await.
impl<S: RaceSet> Durable for Race<S> {
    type Output = S::Winner;

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = S::Winner> {
        self.0.race(ctx)
    }
}

/// What [`race`] takes: tuples of two to eight durables, `Vec`s and arrays.
#[diagnostic::on_unimplemented(
    message = "[DC0318] `{Self}` cannot be raced",
    label = "expected a tuple of two to eight durables, a `Vec` or an array of them",
    note = "write `race((a, b)).await`, with the members in a tuple"
)]
pub trait RaceSet: Sized {
    /// Which member won, and what it yielded.
    type Winner;

    #[doc(hidden)]
    fn race(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Winner>;
}

/// The index of the winner and what it yielded. A race of nobody never ends, and fails the workflow.
#[diagnostic::do_not_recommend]
impl<D: Durable> RaceSet for Vec<D> {
    type Winner = (usize, D::Output);

    fn race(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Winner> {
        combine::race_all(ctx.engine(), self.into_iter().map(|member| member.begin(ctx)).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<D: Durable, const N: usize> RaceSet for [D; N] {
    type Winner = (usize, D::Output);

    fn race(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Winner> {
        Vec::from(self).race(ctx)
    }
}

macro_rules! race_tuple {
    ($winner:ident $race:ident: $($name:ident $member:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Durable),+> RaceSet for ($($name,)+) {
            type Winner = $winner<$($name::Output),+>;

            fn race(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Winner> {
                let ($($member,)+) = self;
                combine::$race(ctx.engine(), $($member.begin(ctx)),+)
            }
        }
    };
}

race_tuple!(OneOf2 race2: A a, B b);
race_tuple!(OneOf3 race3: A a, B b, C c);
race_tuple!(OneOf4 race4: A a, B b, C c, D d);
race_tuple!(OneOf5 race5: A a, B b, C c, D d, E e);
race_tuple!(OneOf6 race6: A a, B b, C c, D d, E e, F f);
race_tuple!(OneOf7 race7: A a, B b, C c, D d, E e, F f, G g);
race_tuple!(OneOf8 race8: A a, B b, C c, D d, E e, F f, G g, H h);

/// A durable with a time limit, made by [`Durable::timeout`].
#[must_use = "it does nothing until it is awaited; add `.await`"]
#[derive(Clone, Debug)]
pub struct Timeout<D> {
    durable: D,
    duration: Duration,
}

impl<D> Timeout<D> {
    pub(crate) fn new(durable: D, duration: Duration) -> Self {
        Self { durable, duration }
    }
}

/// The time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time was up")
    }
}

impl core::error::Error for Elapsed {}

#[diagnostic::do_not_recommend]
impl<D: Durable> Durable for Timeout<D> {
    type Output = Result<D::Output, Elapsed>;

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Output> {
        let limited = combine::timeout(ctx.engine(), self.durable.begin(ctx), self.duration);
        async move { limited.await.map_err(|_| Elapsed) }
    }
}
