//! The workflows that the tests run.

mod calls;
mod combined;
mod events;
mod instance;
mod rows;

use std::{rc::Rc, time::Duration};

use dacapo_engine::{
    ActivitySpec, Body, ChildSpec, Context, FailureDetails, Problem, RetryPolicy, Start, Started, Workflows,
};

/// What a program makes of its context and input.
pub type Result = std::result::Result<Option<String>, FailureDetails>;

/// Begins a program with its context and input.
pub type Program = fn(Context, Option<String>) -> Body;

/// The programs by name.
#[derive(Default)]
pub struct Programs {
    /// Runs whatever history asks for.
    pub instead: Option<String>,
}

impl Workflows for Programs {
    fn start(&self, start: &Start<'_>, context: Context) -> std::result::Result<Started, Problem> {
        let name = self.instead.as_deref().unwrap_or(&start.execution.name);
        if name == "versioned" {
            return versioned(start, context);
        }
        let tables =
            [calls::PROGRAMS, combined::PROGRAMS, events::PROGRAMS, instance::PROGRAMS, rows::PROGRAMS];
        let found = tables.into_iter().flatten().find(|(known, _)| *known == name);
        let (_, program) = found.ok_or_else(|| Problem::NotRegistered { name: name.into() })?;
        Ok(Started { body: program(context, start.execution.input.clone()), version: None })
    }
}

/// Versions "1" and "2", of which the latter is the latest, and the unversioned one before them.
fn versioned(start: &Start<'_>, ctx: Context) -> std::result::Result<Started, Problem> {
    let version = match start.pinned_version {
        Some(version @ ("1" | "2")) => Some(version),
        Some(other) => {
            return Err(Problem::VersionNotAvailable { name: "versioned".into(), version: other.into() });
        }
        None if start.replaying => None,
        None => Some("2"),
    };
    let version = version.map(String::from);
    let activity = format!("from-{}", version.as_deref().unwrap_or("before"));
    Ok(Started { body: Box::pin(async move { ctx.activity(activity_named(&activity)).await }), version })
}

/// A body of an async block.
pub fn body(future: impl Future<Output = Result> + 'static) -> Body {
    Box::pin(future)
}

/// An activity without input.
pub fn activity_named(name: &str) -> ActivitySpec {
    ActivitySpec { name: name.into(), ..ActivitySpec::default() }
}

/// An activity with an input.
pub fn activity(name: &str, input: &str) -> ActivitySpec {
    ActivitySpec { input: Some(input.into()), ..activity_named(name) }
}

/// A child workflow.
pub fn child(name: &str, instance_id: Option<&str>) -> ChildSpec {
    ChildSpec { name: name.into(), instance_id: instance_id.map(Into::into), ..ChildSpec::default() }
}

/// Retries after 1, 2, 4, .. seconds.
pub fn retries(max_attempts: u32) -> RetryPolicy {
    RetryPolicy {
        max_attempts,
        first_interval: Duration::from_secs(1),
        backoff: 2.0,
        predicate: Some(Rc::new(|failure: &FailureDetails| failure.error_type != "Hopeless")),
        ..RetryPolicy::default()
    }
}

/// What a call yielded, in one word.
pub fn word(result: Result) -> String {
    match result {
        Ok(Some(value)) => value,
        Ok(None) => "nothing".into(),
        Err(failure) => format!("{}({})", failure.error_type, failure.message),
    }
}
