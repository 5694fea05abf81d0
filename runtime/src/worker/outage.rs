//! One line in the log when the sidecar goes, one when it is back.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Whether the sidecar is there, as far as the log has been told.
#[derive(Debug)]
pub(super) struct Outage {
    endpoint: String,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    NeverConnected,
    /// The sidecar was not there when the worker started.
    Awaited(Instant),
    Connected,
    Lost(Instant),
}

impl Outage {
    pub(super) fn new(endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned(), state: Mutex::new(State::NeverConnected) }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(*self.state(), State::Connected | State::NeverConnected)
    }

    pub(super) fn lost(&self, reason: &str) {
        let mut state = self.state();
        match *state {
            State::NeverConnected => {
                tracing::warn!(
                    endpoint = self.endpoint,
                    reason,
                    "no Dapr sidecar takes this worker yet; trying again until one does"
                );
                *state = State::Awaited(Instant::now());
            }
            State::Connected => {
                tracing::warn!(
                    endpoint = self.endpoint,
                    reason,
                    "lost the Dapr sidecar; trying again until it is back"
                );
                *state = State::Lost(Instant::now());
            }
            State::Awaited(_) | State::Lost(_) => {
                tracing::debug!(endpoint = self.endpoint, reason, "the Dapr sidecar is still away");
            }
        }
    }

    pub(super) fn over(&self) {
        let mut state = self.state();
        match *state {
            State::NeverConnected => {
                tracing::info!(endpoint = self.endpoint, "connected to the Dapr sidecar")
            }
            State::Awaited(since) => {
                tracing::info!(endpoint = self.endpoint, waited = ?since.elapsed(), "connected to the Dapr sidecar");
            }
            State::Lost(since) => {
                tracing::info!(endpoint = self.endpoint, away = ?since.elapsed(), "connected to the Dapr sidecar again");
            }
            State::Connected => {}
        }
        *state = State::Connected;
    }

    /// A panic while logging leaves a state that is as good as any.
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
