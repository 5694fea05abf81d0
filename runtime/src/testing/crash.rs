//! Losing the worker: at every boundary in turn, or at random.

use core::fmt::Debug;
use core::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt as _;

use super::env::TestEnv;
use super::random::Random;

/// Of how many boundaries one is a crash, when crashes come at random.
const ONE_IN: usize = 8;

/// When the worker is lost.
#[derive(Debug, Default)]
pub(super) struct Crashes {
    plan: Plan,
    /// How many boundaries there were.
    passed: usize,
    /// Where the worker was lost.
    lost: Vec<String>,
}

#[derive(Debug, Default)]
enum Plan {
    #[default]
    Never,
    At(usize),
    Random(Random),
}

impl Crashes {
    /// Whether the worker is lost now, after `what`.
    pub(super) fn strikes(&mut self, what: &str) -> bool {
        let number = self.passed;
        self.passed += 1;
        let strikes = match &mut self.plan {
            Plan::Never => false,
            Plan::At(chosen) => *chosen == number,
            Plan::Random(random) => random.below(ONE_IN) == 0,
        };
        if strikes {
            self.lost.push(what.to_owned());
        }
        strikes
    }
}

/// Losing the worker on purpose.
impl TestEnv {
    /// Runs `body` once as it is, and then once for each turn and each activity, with the worker lost between the moment when
    /// it has run and the moment when the sidecar hears of it: a turn is replayed, an activity runs a second time. Each run has
    /// an environment of its own and must come to the same result, which is returned.
    ///
    /// ```standalone_crate
    /// # use dacapo::prelude::*;
    /// # use dacapo::testing::TestEnv;
    /// # #[activity] async fn charge(amount: u64) -> Result<u64> { Ok(amount) }
    /// # #[workflow] async fn pay(amount: u64) -> Result<u64> { Ok(charge(amount).await?) }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let paid = TestEnv::crash_at_every_turn(|env| async move {
    ///     Ok(env.schedule(pay(7)).await?.result().await?)
    /// });
    /// assert_eq!(paid.await, 7);
    /// # }
    /// ```
    ///
    /// # Panics
    /// When a run fails or comes to another result, with the place of the crash; when `body` fails without a crash.
    pub async fn crash_at_every_turn<T, F, Fut>(body: F) -> T
    where
        T: PartialEq + Debug,
        F: Fn(Self) -> Fut,
        Fut: Future<Output = crate::Result<T>>,
    {
        let calm = Self::new();
        let expected = match body(calm.clone()).await {
            Ok(result) => result,
            Err(error) => panic!("without any crash the test's body failed: {error:?}"),
        };
        let boundaries = calm.world().crashes.passed;
        for number in 0..boundaries {
            let env = Self::new();
            env.world().crashes.plan = Plan::At(number);
            let result = crashing(&env, body(env.clone())).await;
            assert!(
                result == expected,
                "{} changed the result\n  without: {expected:?}\n  with:    {result:?}",
                env.crash_report()
            );
        }
        expected
    }

    /// Runs `body` once for each seed, with everything drawn by it: the order of completions, and crashes after one in eight
    /// turns and activities. `body` says by its own assertions what must hold.
    ///
    /// ```standalone_crate
    /// # use dacapo::prelude::*;
    /// # use dacapo::testing::TestEnv;
    /// # #[activity] async fn charge(amount: u64) -> Result<u64> { Ok(amount) }
    /// # #[workflow] async fn pay(amount: u64) -> Result<u64> { Ok(charge(amount).await?) }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// TestEnv::chaos(0..20, |env| async move {
    ///     assert_eq!(env.schedule(pay(7)).await?.result().await?, 7);
    ///     Ok(())
    /// }).await;
    /// # }
    /// ```
    ///
    /// # Panics
    /// When a run fails, with its seed.
    pub async fn chaos<F, Fut>(seeds: impl IntoIterator<Item = u64>, body: F)
    where
        F: Fn(Self) -> Fut,
        Fut: Future<Output = crate::Result<()>>,
    {
        for seed in seeds {
            let env = Self::new().seed(seed);
            // Another stream of numbers than that of the completions.
            env.world().crashes.plan = Plan::Random(Random::new(!seed));
            crashing(&env, body(env.clone())).await;
        }
    }

    fn crash_report(&self) -> String {
        let world = self.world();
        let lost = world.crashes.lost.iter().map(|place| format!("the loss of the worker after {place}"));
        let lost = lost.collect::<Vec<_>>().join(", then ");
        if lost.is_empty() { format!("seed {}, without any crash,", world.seed) } else { lost }
    }
}

/// A run with crashes; what fails says where they were.
async fn crashing<T>(env: &TestEnv, body: impl Future<Output = crate::Result<T>>) -> T {
    match AssertUnwindSafe(body).catch_unwind().await {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => panic!("{} made the test's body fail: {error:?}", env.crash_report()),
        Err(panic) => {
            tell(env);
            resume_unwind(panic)
        }
    }
}

#[expect(clippy::print_stderr, reason = "it goes beside the panic's own text, which tests print there")]
fn tell(env: &TestEnv) {
    eprintln!("the panic above came with {} (seed {})", env.crash_report(), env.world().seed);
}
