//! Traits that other crates cannot implement.

use core::future::Future;

use crate::activity::State;
use crate::call::{
    ActivityCall, ChildCall, ContinueAsNew, DetachedCall, Handle, StartCall, UniqueCall, WorkflowCall,
};
use crate::durable::{All, Block, Buffered, Helper, Race, Timeout, Timer};
use crate::event::{Recv, RecvTimeout};
use crate::functions::{Activity, Workflow};

/// Keeps [`Durable`](crate::Durable) and its like to the types of this crate.
#[diagnostic::on_unimplemented(
    message = "[DC0305] `{Self}` cannot be made durable by hand",
    label = "only what this crate makes is recorded in the history",
    note = "do the work in an `#[activity]`, or compose durables in a `#[durable]` function"
)]
pub trait MadeByDacapo {}

/// Keeps the traits on functions to functions that our attributes made.
#[diagnostic::on_unimplemented(
    message = "[DC0320] `{Self}` is neither an activity nor a workflow",
    label = "expected the name of a function marked `#[activity]` or `#[workflow]`"
)]
pub trait SealedFn<A> {}

#[diagnostic::do_not_recommend]
impl<M: Activity> MadeByDacapo for ActivityCall<M> {}
#[diagnostic::do_not_recommend]
impl<M: Workflow> MadeByDacapo for WorkflowCall<M> {}
#[diagnostic::do_not_recommend]
impl<M: Workflow> MadeByDacapo for ChildCall<M> {}
#[diagnostic::do_not_recommend]
impl<M: Workflow> MadeByDacapo for StartCall<M> {}
#[diagnostic::do_not_recommend]
impl<M: Workflow> MadeByDacapo for DetachedCall<M> {}
#[diagnostic::do_not_recommend]
impl<M: Workflow> MadeByDacapo for UniqueCall<M> {}
#[diagnostic::do_not_recommend]
impl<M: Workflow, R> MadeByDacapo for ContinueAsNew<M, R> {}
#[diagnostic::do_not_recommend]
impl<T> MadeByDacapo for Handle<T> {}
#[diagnostic::do_not_recommend]
impl<T> MadeByDacapo for &mut Handle<T> {}
#[diagnostic::do_not_recommend]
impl<T> MadeByDacapo for Recv<T> {}
#[diagnostic::do_not_recommend]
impl<T> MadeByDacapo for RecvTimeout<T> {}
#[diagnostic::do_not_recommend]
impl<T> MadeByDacapo for State<T> {}
#[diagnostic::do_not_recommend]
impl<F: Future> MadeByDacapo for Block<F> {}
#[diagnostic::do_not_recommend]
impl<F, S> MadeByDacapo for Helper<F, S> {}
#[diagnostic::do_not_recommend]
impl MadeByDacapo for Timer {}
#[diagnostic::do_not_recommend]
impl<D> MadeByDacapo for Timeout<D> {}
#[diagnostic::do_not_recommend]
impl<S> MadeByDacapo for Race<S> {}
#[diagnostic::do_not_recommend]
impl<S> MadeByDacapo for All<S> {}
#[diagnostic::do_not_recommend]
impl<S> MadeByDacapo for Buffered<S> {}
#[diagnostic::do_not_recommend]
impl<D: MadeByDacapo> MadeByDacapo for Vec<D> {}
#[diagnostic::do_not_recommend]
impl<D: MadeByDacapo> MadeByDacapo for Option<D> {}
#[diagnostic::do_not_recommend]
impl<D: MadeByDacapo, const N: usize> MadeByDacapo for [D; N] {}
#[diagnostic::do_not_recommend]
impl<T> MadeByDacapo for core::future::Ready<T> {}

macro_rules! tuples {
    ($(($($name:ident)+))+) => { $(#[diagnostic::do_not_recommend] impl<$($name: MadeByDacapo),+> MadeByDacapo for ($($name,)+) {})+ };
}

tuples!((A)(A B)(A B C)(A B C D)(A B C D E)(A B C D E F)(A B C D E F G)(A B C D E F G H)(A B C D E F G H I)(A B C D E F G H I J)(A B C D E F G H I J K)(A B C D E F G H I J K L));
