//! Values that come from outside of the history.

use std::rc::Rc;
use std::sync::{Arc, MutexGuard, RwLockReadGuard, RwLockWriteGuard, mpsc};
use std::time::{Instant, SystemTime};
use std::{fs, net, process, thread};

use super::Silences;

/// The value of a variable.
pub struct Value<'a, T: ?Sized>(pub &'a T);

/// A type whose values cannot be had in a workflow: a moment of a clock, an open file, a lock that is held.
pub trait Foreign {}

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "[DC0314] a value of type `{Self}` cannot exist in a workflow",
    label = "it comes from outside of the history",
    note = "get it in an `#[activity]` and await what you need of it; the time is `ctx.now()`"
)]
pub trait ReplayValue {}

impl<T: Foreign + ?Sized> Value<'_, T> {
    /// Refuses to exist.
    pub fn foreign(self)
    where
        T: ReplayValue,
    {
    }

    /// Exists all the same: the user answers for it.
    pub fn accepted<N>(self) {}
}

/// What may exist.
pub trait ValueExt: Sized {
    /// Nothing.
    fn foreign(self) {}

    /// Nothing, under an opt-out.
    fn accepted<N: Silences>(self) {}
}

impl<T: ?Sized> ValueExt for Value<'_, T> {}

macro_rules! foreign {
    ($([$($parameter:tt)*] $ty:ty),* $(,)?) => { $(impl<$($parameter)*> Foreign for $ty {})* };
}

foreign! {
    [] SystemTime, [] Instant,
    [] fs::File, [] fs::ReadDir, [] fs::Metadata,
    [] net::TcpStream, [] net::TcpListener, [] net::UdpSocket,
    [] process::Child, [] process::Command, [] process::Output, [] process::ExitStatus,
    [] thread::Thread, [] thread::ThreadId, [T] thread::JoinHandle<T>,
    [T: ?Sized] MutexGuard<'_, T>, [T: ?Sized] RwLockReadGuard<'_, T>, [T: ?Sized] RwLockWriteGuard<'_, T>,
    [T] mpsc::Sender<T>, [T] mpsc::SyncSender<T>, [T] mpsc::Receiver<T>,
    [] tokio::time::Instant, [] tokio::runtime::Handle, [] tokio::runtime::Runtime,
    [T: Foreign + ?Sized] &T, [T: Foreign + ?Sized] &mut T, [T: Foreign + ?Sized] Box<T>, [T: Foreign + ?Sized] Rc<T>,
    [T: Foreign + ?Sized] Arc<T>, [T: Foreign] Option<T>, [T: Foreign, E] Result<T, E>, [T: Foreign] Vec<T>,
    [T: Foreign] [T], [T: Foreign, const N: usize] [T; N], [A: Foreign, B] (A, B), [A: Foreign, B, C] (A, B, C),
}
