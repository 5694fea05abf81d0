//! Statics that can change.

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::rc::Rc;
use std::sync::atomic;
use std::sync::{Arc, LazyLock, Mutex, Once, OnceLock, RwLock};
use std::thread::LocalKey;

use super::Silences;

/// Something with a name in capitals.
pub struct Shared<'a, T: ?Sized>(pub &'a T);

/// A type whose values can change behind a shared reference.
pub trait SharedState {}

/// A shared value that can change, as a function would give it out: somebody else has it too.
pub trait Lent {}

impl<T: SharedState + ?Sized> Lent for Rc<T> {}
impl<T: SharedState + ?Sized> Lent for Arc<T> {}
impl<T: SharedState + ?Sized> Lent for &T {}

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "[DC0313] `{Self}` can change while a workflow waits, and its value is not in the history",
    label = "used here, in a workflow",
    note = "pass the value as input, or read it in an `#[activity]`"
)]
pub trait ReplayStable {}

impl<T: SharedState + ?Sized> Shared<'_, T> {
    /// Refuses to be used.
    pub fn stable(self)
    where
        T: ReplayStable,
    {
    }

    /// Is used all the same: the user answers for it.
    pub fn accepted<N>(self) {}
}

impl<T: Lent + ?Sized> Shared<'_, T> {
    /// Refuses to be had from a function.
    pub fn owned(self)
    where
        T: ReplayStable,
    {
    }

    /// Is had all the same: the user answers for it.
    pub fn lent<N>(self) {}
}

/// What cannot change.
pub trait SharedExt: Sized {
    /// Nothing.
    fn stable(self) {}

    /// Nothing.
    fn owned(self) {}

    /// Nothing, under an opt-out.
    fn accepted<N: Silences>(self) {}

    /// Nothing, under an opt-out.
    fn lent<N: Silences>(self) {}
}

impl<T: ?Sized> SharedExt for Shared<'_, T> {}

macro_rules! shared_state {
    ($([$($parameter:tt)*] $ty:ty),* $(,)?) => { $(impl<$($parameter)*> SharedState for $ty {})* };
}

shared_state! {
    [] atomic::AtomicBool, [] atomic::AtomicI8, [] atomic::AtomicI16, [] atomic::AtomicI32, [] atomic::AtomicI64,
    [] atomic::AtomicIsize, [] atomic::AtomicU8, [] atomic::AtomicU16, [] atomic::AtomicU32, [] atomic::AtomicU64,
    [] atomic::AtomicUsize, [] Once,
    [T: ?Sized] Mutex<T>, [T: ?Sized] RwLock<T>, [T] OnceLock<T>, [T, F] LazyLock<T, F>, [T: 'static] LocalKey<T>,
    [T: ?Sized] Cell<T>, [T: ?Sized] RefCell<T>, [T] OnceCell<T>, [T: ?Sized] UnsafeCell<T>,
    [T: SharedState, const N: usize] [T; N],
}
