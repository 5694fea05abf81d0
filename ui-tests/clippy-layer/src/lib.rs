//! What the compiler and the attributes cannot see, clippy finds: with the lists of `docs/clippy.toml`, of which the file
//! beside this package's manifest is a copy, and with the lint levels that the attributes set inside of workflows.
//!
//! Every mistake here is *expected*: `cargo clippy -- -D warnings` fails when clippy does not find one of them, and when
//! it finds anything in code that is no workflow.

// As users write in `[lints.clippy]`: ordinary code may use all of this.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

use std::time::{Duration, SystemTime};

use dacapo::prelude::*;

/// Names behind which the attributes see no clock.
mod names {
    pub(super) use std::process::id as number;
    pub(super) use std::time::Instant as Clock;

    /// A macro of one's own, allowed by name.
    macro_rules! today {
        () => {
            std::time::SystemTime::now()
        };
    }
    pub(super) use today;
}

/// Ordinary code: the same function is nobody's mistake here.
pub fn uptime() -> Option<Duration> {
    println!("asked by process {}", names::number());
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()
}

/// A function under another name.
#[workflow]
pub async fn renamed() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "clippy knows it by what it is")]
    names::number()
}

/// A function that is passed on as a value.
#[workflow]
pub async fn passed_on(given: Option<u32>) -> u32 {
    #[expect(clippy::disallowed_methods, reason = "clippy knows it by what it is")]
    given.unwrap_or_else(names::number)
}

/// A clock inside of a macro that was allowed by name.
#[workflow(allow_macros(names::today))]
pub async fn in_a_macro() -> bool {
    #[expect(clippy::disallowed_methods, reason = "clippy sees the expansion")]
    let is_late = names::today!() > SystemTime::UNIX_EPOCH;
    is_late
}

/// A type under another name.
#[durable]
pub async fn renamed_type() -> bool {
    #[expect(clippy::disallowed_types, reason = "clippy knows it by what it is")]
    let never: Option<names::Clock> = None;
    never.is_none()
}

/// A plain function that strict workflows call.
#[dacapo::pure(trust(names::number))]
pub fn computed() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "clippy knows it by what it is")]
    names::number()
}

/// A workflow without a mistake.
#[workflow]
pub async fn fine(ctx: &WorkflowContext) -> String {
    ctx.create_timer(Duration::from_secs(1)).await;
    format!("{} at {}", ctx.instance_id(), ctx.now())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_lists_are_those_that_users_get() {
        assert_eq!(include_str!("../clippy.toml"), include_str!("../../../docs/clippy.toml"));
    }
}
