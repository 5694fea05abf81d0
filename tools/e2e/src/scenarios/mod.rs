//! The scenarios, by subject. Each is one fact, checked through the public API.

mod activities;
mod apps;
mod children;
mod cluster;
mod connection;
mod continue_as_new;
mod events;
mod faults;
mod lifecycle;
mod limits;
mod management;
mod misconfigured;
mod patterns;
mod propagation;
mod quickstart;
mod rerun;
mod stalls;
mod support;
mod timers;
mod tracing;
mod versions;

use dacapo::{Result, Worker};

use crate::scenario::Scenario;

/// Makes scenarios of functions: each is known by the name of its function.
macro_rules! scenarios {
    ($($function:ident $(.$option:ident($($argument:expr),*))*),* $(,)?) => {
        pub(super) const SCENARIOS: &[$crate::scenario::Scenario] = &[$(
            $crate::scenario::Scenario::new(stringify!($function), |env| ::std::boxed::Box::pin($function(env)))
                $(.$option($($argument),*))*,
        )*];
    };
}
use scenarios;

/// All scenarios.
pub fn all() -> Vec<Scenario> {
    [
        activities::SCENARIOS,
        timers::SCENARIOS,
        events::SCENARIOS,
        children::SCENARIOS,
        continue_as_new::SCENARIOS,
        lifecycle::SCENARIOS,
        patterns::SCENARIOS,
        limits::SCENARIOS,
        management::SCENARIOS,
        misconfigured::SCENARIOS,
        rerun::SCENARIOS,
        versions::SCENARIOS,
        stalls::SCENARIOS,
        apps::SCENARIOS,
        propagation::SCENARIOS,
        cluster::SCENARIOS,
        connection::SCENARIOS,
        tracing::SCENARIOS,
        faults::SCENARIOS,
        quickstart::SCENARIOS,
        crate::differential::SCENARIOS,
    ]
    .concat()
}

/// The worker that a scenario runs in a process of its own, by the scenario's name.
///
/// # Errors
///
/// When the worker cannot start, or there is none of that name.
pub async fn worker(name: &str) -> Result<Worker> {
    match name {
        "tls" => connection::tls_worker().await,
        "load" => faults::load_worker().await,
        "traced" => tracing::traced_program().await,
        _ => Err(dacapo::Error::msg(format!("no scenario has a worker called `{name}`"))),
    }
}
