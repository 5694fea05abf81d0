//! Traits that other crates cannot implement.

use core::future::Future;

use crate::activity::State;
use crate::call::{ActivityCall, ChildCall, ContinueAsNew, DetachedCall, Handle, StartCall, WorkflowCall};
use crate::durable::{All, Block, Buffered, Helper, Race, Timeout, Timer};
use crate::event::{Recv, RecvTimeout};
use crate::functions::{Activity, Workflow};

/// Keeps [`Durable`](crate::Durable) and its like to the types of this crate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made durable by hand",
    label = "only what this crate makes is recorded in the history",
    note = "do the work in an `#[activity]`, or compose durables in a `#[durable]` function"
)]
pub trait Sealed {}

/// Keeps the traits on functions to functions that our attributes made.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an activity nor a workflow",
    label = "expected the name of a function marked `#[activity]` or `#[workflow]`"
)]
pub trait SealedFn<A> {}

impl<M: Activity> Sealed for ActivityCall<M> {}
impl<M: Workflow> Sealed for WorkflowCall<M> {}
impl<M: Workflow> Sealed for ChildCall<M> {}
impl<M: Workflow> Sealed for StartCall<M> {}
impl<M: Workflow> Sealed for DetachedCall<M> {}
impl<M: Workflow, R> Sealed for ContinueAsNew<M, R> {}
impl<T> Sealed for Handle<T> {}
impl<T> Sealed for &mut Handle<T> {}
impl<T> Sealed for Recv<T> {}
impl<T> Sealed for RecvTimeout<T> {}
impl<T> Sealed for State<T> {}
impl<F: Future> Sealed for Block<F> {}
impl<F> Sealed for Helper<F> {}
impl Sealed for Timer {}
impl<D> Sealed for Timeout<D> {}
impl<S> Sealed for Race<S> {}
impl<S> Sealed for All<S> {}
impl<S> Sealed for Buffered<S> {}
impl<D: Sealed> Sealed for Vec<D> {}
impl<D: Sealed> Sealed for Option<D> {}
impl<D: Sealed, const N: usize> Sealed for [D; N] {}
impl<T> Sealed for core::future::Ready<T> {}

macro_rules! tuples {
    ($(($($name:ident)+))+) => { $(impl<$($name: Sealed),+> Sealed for ($($name,)+) {})+ };
}

tuples!((A)(A B)(A B C)(A B C D)(A B C D E)(A B C D E F)(A B C D E F G)(A B C D E F G H)(A B C D E F G H I)(A B C D E F G H I J)(A B C D E F G H I J K)(A B C D E F G H I J K L));
