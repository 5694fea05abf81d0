//! Free ports that stay free.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};

/// Below the range from which operating systems take the ports of outgoing connections: a restarted process must
/// find its port as it left it.
const FIRST: u16 = 10_000;
const COUNT: u16 = 20_000;

static GIVEN_OUT: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// A port of the loopback address that nobody listens on, and that this process has not given out before.
///
/// # Panics
///
/// When all ports of the range are in use.
pub fn free_port() -> u16 {
    let mut given_out = GIVEN_OUT.lock().unwrap_or_else(PoisonError::into_inner);
    // Processes of the harness that run side by side begin at different places.
    let offset = std::process::id().wrapping_mul(2_654_435_761) >> 16;
    (0..COUNT)
        .map(|n| FIRST + u16::try_from((offset + u32::from(n)) % u32::from(COUNT)).unwrap_or(0))
        .find(|port| !given_out.contains(port) && TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .inspect(|port| {
            given_out.insert(*port);
        })
        .expect("one of 20,000 ports is free")
}
