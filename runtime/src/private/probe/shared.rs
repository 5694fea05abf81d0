//! Statics that can change.

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::sync::atomic;
use std::sync::{LazyLock, Mutex, Once, OnceLock, RwLock};
use std::thread::LocalKey;

/// Something with a name in capitals.
pub struct Shared<'a, T: ?Sized>(pub &'a T);

/// A type whose values can change behind a shared reference.
pub trait SharedState {}

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
}

/// What cannot change.
pub trait SharedExt: Sized {
    /// Nothing.
    fn stable(self) {}
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
