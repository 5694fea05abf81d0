//! Methods that reach outside although their value may stay: `path.exists()`, `placed.elapsed()`.

use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

/// What a method is called on.
pub struct Touched<T>(pub T);

/// A type whose methods of these names ask the file system, the network or a clock.
pub trait Touching {}

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "[DC0321] this method of `{Self}` asks the file system, the network or a clock",
    label = "a replay would get another answer",
    note = "ask in an `#[activity]` and await that; the time is `ctx.now()`"
)]
pub trait Untouched {}

impl<T: Touching> Touched<T> {
    /// Refuses to be asked.
    pub fn asked(self) -> T
    where
        T: Untouched,
    {
        self.0
    }
}

/// What has methods of the same names that compute.
pub trait TouchedExt {
    /// The type of the value.
    type Value;

    /// The value.
    fn asked(self) -> Self::Value;
}

impl<T> TouchedExt for Touched<T> {
    type Value = T;

    fn asked(self) -> T {
        self.0
    }
}

macro_rules! touching {
    ($($ty:ty),* $(,)?) => { $(impl Touching for $ty {})* };
}

touching!(
    Path,
    PathBuf,
    SystemTime,
    Instant,
    Command,
    TcpListener,
    TcpStream,
    UdpSocket,
    SocketAddr,
    str,
    String
);

impl<T: Touching + ?Sized> Touching for &T {}
impl<T: Touching + ?Sized> Touching for &mut T {}
impl<T: Touching + ?Sized> Touching for Box<T> {}
impl<T: Touching> Touching for (T, u16) {}
