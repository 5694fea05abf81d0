//! Answers that tests give in place of activities and child workflows.

use core::fmt;
use core::marker::PhantomData;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dacapo_engine::FailureDetails;

use super::mockable::{CalledKind, MockBody, MockedCall};
use crate::private::BoxFuture;
use crate::registry::{Outcome, panicked};

/// One call of an activity or workflow: a call that is delivered again after a crash is the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CallKey {
    pub(super) kind: CalledKind,
    pub(super) name: String,
    pub(super) instance_id: String,
    /// The number of the action within its execution; 0 for a workflow.
    pub(super) task_id: i32,
    /// What tells executions apart.
    pub(super) execution: String,
}

type Body = Box<dyn Fn(Option<&str>) -> BoxFuture<'static, Outcome> + Send + Sync>;
type Condition = Box<dyn Fn(Option<&str>) -> bool + Send + Sync>;

/// One mock.
pub(super) struct Rule {
    kind: CalledKind,
    name: &'static str,
    body: Body,
    options: Mutex<Options>,
}

#[derive(Default)]
struct Options {
    condition: Option<Condition>,
    calls_max: Option<usize>,
    failures: usize,
    answered: usize,
}

/// A mock that [`TestEnv::mock`](super::TestEnv::mock) has set up: until it is told otherwise it answers every call.
///
/// Mocks with a limit or a condition are asked first, in the order in which they were made; then the newest of the
/// others.
pub struct Mock<C> {
    rule: Arc<Rule>,
    call: PhantomData<fn() -> C>,
}

impl<C: MockedCall + 'static> Mock<C> {
    pub(super) fn new<H: MockBody<C::Args, C::Return>>(body: H) -> (Self, Arc<Rule>) {
        let answer = move |input: Option<&str>| -> BoxFuture<'static, Outcome> {
            let args = match (C::ARGUMENTS.decode)(input) {
                Ok(args) => args,
                Err(error) => return Box::pin(core::future::ready(Err(undecodable(C::NAME, input, &error)))),
            };
            // The arguments need not be `Send`, so the closure is called here; what it returns is.
            let answer = match catch_unwind(AssertUnwindSafe(|| body.answer(args))) {
                Ok(answer) => answer,
                Err(panic) => {
                    let failure = panicked("ActivityPanic", C::NAME, panic.as_ref());
                    return Box::pin(core::future::ready(Err(failure)));
                }
            };
            Box::pin(async move {
                let output = C::outcome(answer.await)?;
                (C::OUTPUT.encode)(&output).map_err(|error| {
                    let message =
                        format!("the result of the mock of `{}` has no JSON form: {error}", C::NAME);
                    FailureDetails::new("PayloadEncodingFailed", message).non_retriable()
                })
            })
        };
        let rule = Arc::new(Rule {
            kind: C::KIND,
            name: C::NAME,
            body: Box::new(answer),
            options: Mutex::default(),
        });
        (Self { rule: Arc::clone(&rule), call: PhantomData }, rule)
    }

    /// Answers the first call only.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Answers this many calls; those after it go to the next mock, or to the body of the function.
    pub fn times(self, calls: usize) -> Self {
        self.rule.options().calls_max = Some(calls);
        self
    }

    /// Fails this many calls before it answers any: what retries are tested with. The failure has the type `MockFailure`.
    ///
    /// ```standalone_crate
    /// # use dacapo::prelude::*;
    /// # use dacapo::testing::TestEnv;
    /// # #[activity(retry(max_attempts = 3, first_interval = "1s"))] async fn charge(amount: u64) -> Result<u64> { Ok(amount) }
    /// # #[workflow] async fn pay(amount: u64) -> Result<u64> { Ok(charge(amount).await?) }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// let env = TestEnv::new();
    /// env.mock(charge, |amount: u64| async move { Ok(amount) }).fail_first(2);
    /// assert_eq!(env.schedule(pay(7)).await?.result().await?, 7);
    /// assert_eq!(env.calls(charge).len(), 3);
    /// # Ok(()) }
    /// ```
    pub fn fail_first(self, calls: usize) -> Self {
        self.rule.options().failures = calls;
        self
    }

    /// Answers only calls whose arguments, as a tuple, meet `condition`.
    ///
    /// ```standalone_crate
    /// # use dacapo::prelude::*;
    /// # use dacapo::testing::TestEnv;
    /// # #[activity] async fn charge(amount: u64) -> Result<String> { Ok("charged".into()) }
    /// # let env = TestEnv::new();
    /// env.mock(charge, |_: u64| async { Ok("too much".into()) }).when(|(amount,)| *amount > 1000);
    /// ```
    pub fn when(self, condition: impl Fn(&C::Args) -> bool + Send + Sync + 'static) -> Self {
        let condition =
            move |input: Option<&str>| (C::ARGUMENTS.decode)(input).is_ok_and(|args| condition(&args));
        self.rule.options().condition = Some(Box::new(condition));
        self
    }

    /// How many calls it has answered.
    pub fn answered(&self) -> usize {
        self.rule.options().answered
    }
}

impl<C> fmt::Debug for Mock<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mock of `{}`", self.rule.name)
    }
}

fn undecodable(name: &str, input: Option<&str>, error: &serde_json::Error) -> FailureDetails {
    let input = input.unwrap_or("(none)");
    let message = format!("the mock of `{name}` cannot read its input: {error}; the input was: {input}");
    FailureDetails::new("UndecodableInput", message).non_retriable()
}

impl Rule {
    fn options(&self) -> MutexGuard<'_, Options> {
        self.options.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_specific(&self) -> bool {
        let options = self.options();
        options.condition.is_some() || options.calls_max.is_some()
    }

    fn takes(&self, key: &CallKey, input: Option<&str>) -> bool {
        let options = self.options();
        self.kind == key.kind
            && self.name == key.name
            && options.calls_max.is_none_or(|max| options.answered < max)
            && options.condition.as_ref().is_none_or(|condition| condition(input))
    }
}

/// How a mock answers one call.
#[derive(Clone)]
struct Chosen {
    rule: Arc<Rule>,
    /// The number of the failure, for a call that fails.
    failure: Option<usize>,
}

/// All mocks of a test.
#[derive(Default)]
pub(super) struct Mocks {
    rules: Vec<Arc<Rule>>,
    chosen: BTreeMap<CallKey, Chosen>,
}

impl Mocks {
    pub(super) fn add(&mut self, rule: Arc<Rule>) {
        self.rules.push(rule);
    }

    /// Whether anything of this name is mocked.
    pub(super) fn know(&self, kind: CalledKind, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.kind == kind && rule.name == name)
    }

    /// The answer to a call; `None` when no mock takes it. The same call gets the same mock again.
    pub(super) fn answer(
        &mut self,
        key: &CallKey,
        input: Option<&str>,
    ) -> Option<BoxFuture<'static, Outcome>> {
        let chosen = match self.chosen.get(key) {
            Some(chosen) => chosen.clone(),
            None => self.choose(key, input)?,
        };
        Some(match chosen.failure {
            Some(number) => {
                let message =
                    format!("failure {number} that the mock of `{}` was told to begin with", key.name);
                Box::pin(core::future::ready(Err(FailureDetails::new("MockFailure", message))))
            }
            None => (chosen.rule.body)(input),
        })
    }

    fn choose(&mut self, key: &CallKey, input: Option<&str>) -> Option<Chosen> {
        let specific = self.rules.iter().find(|rule| rule.is_specific() && rule.takes(key, input));
        let newest = || self.rules.iter().rev().find(|rule| !rule.is_specific() && rule.takes(key, input));
        let rule = Arc::clone(specific.or_else(newest)?);
        let mut options = rule.options();
        options.answered += 1;
        let number = options.answered;
        let failure = (number <= options.failures).then_some(number);
        drop(options);
        let chosen = Chosen { rule, failure };
        self.chosen.insert(key.clone(), chosen.clone());
        Some(chosen)
    }
}
