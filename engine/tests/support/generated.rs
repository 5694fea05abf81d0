//! Workflow programs made up by proptest.

use std::{pin::Pin, time::Duration};

use dacapo_engine::{
    ActivitySpec, ChildSpec, Context, DetachedSpec, TimerSpec,
    combine::{OneOf2, OneOf3, buffered, join_all, join2, race_all, race2, race3, timeout, try_join_all},
};
use proptest::prelude::*;

use super::programs::{activity, activity_named, child, retries, word};

/// What a made-up program does.
#[derive(Clone, Debug)]
pub enum Step {
    Activity { attempts: u32 },
    Child { is_named: bool, attempts: u32 },
    Timer { seconds: u64 },
    Event { name: usize, timeout: Option<u64> },
    Start { attempts: u32 },
    Detached,
    Uuid,
    Patch { name: usize, step: Box<Step> },
    Seq(Vec<Step>),
    Join(Vec<Step>),
    TryJoin(Vec<Step>),
    Pair(Box<(Step, Step)>),
    Race(Vec<Step>),
    RaceOfTwo(Box<(Step, Step)>),
    RaceWithNothing(Box<Step>),
    Timeout { seconds: u64, step: Box<Step> },
    Buffered { width: usize, steps: Vec<Step> },
}

/// Names of external events; two of them are the same name.
pub const EVENTS: [&str; 3] = ["Go", "GO", "Stop"];

/// A made-up program.
#[derive(Clone, Debug)]
pub struct Program {
    pub steps: Vec<Step>,
    /// How many generations there are at most.
    pub generations: usize,
    pub keeps_events: bool,
}

impl Program {
    /// Whether what it does may depend on which events are new.
    pub fn has_patches(&self) -> bool {
        fn patches(step: &Step) -> bool {
            match step {
                Step::Patch { .. } => true,
                Step::Seq(steps) | Step::Join(steps) | Step::TryJoin(steps) | Step::Race(steps) => {
                    steps.iter().any(patches)
                }
                Step::Buffered { steps, .. } => steps.iter().any(patches),
                Step::Pair(pair) | Step::RaceOfTwo(pair) => patches(&pair.0) || patches(&pair.1),
                Step::RaceWithNothing(step) | Step::Timeout { step, .. } => patches(step),
                _ => false,
            }
        }
        self.steps.iter().any(patches)
    }

    /// Runs the program. What it has seen is its status, its result and the input of what comes after, so a
    /// difference in any order shows.
    pub async fn run(self, ctx: Context, input: Option<String>) -> super::programs::Result {
        let generation: usize = input.and_then(|input| input.parse().ok()).unwrap_or(1);
        let mut seen = String::new();
        for step in self.steps {
            seen = format!("{seen}{};", step.run(ctx.clone(), seen.clone()).await);
            ctx.set_custom_status(Some(seen.clone()));
        }
        if generation < self.generations {
            ctx.continue_as_new(Some((generation + 1).to_string()), self.keeps_events);
        }
        Ok(Some(seen))
    }
}

type Output = Pin<Box<dyn Future<Output = String>>>;

fn each(steps: Vec<Step>, ctx: &Context, seen: &str) -> Vec<Output> {
    steps.into_iter().map(|step| step.run(ctx.clone(), seen.into())).collect()
}

/// A member that fails when its step did.
async fn fallible(step: Output) -> Result<String, String> {
    let output = step.await;
    if output.contains("Broken") { Err(output) } else { Ok(output) }
}

fn policy(attempts: u32) -> Option<dacapo_engine::RetryPolicy> {
    (attempts > 1).then(|| retries(attempts))
}

impl Step {
    fn run(self, ctx: Context, seen: String) -> Output {
        match self {
            Self::Activity { .. } | Self::Child { .. } | Self::Start { .. } => self.call(ctx, seen),
            Self::Join(_) | Self::TryJoin(_) | Self::Pair(_) | Self::Buffered { .. } => self.join(ctx, seen),
            Self::Race(_) | Self::RaceOfTwo(_) | Self::RaceWithNothing(_) => self.race(ctx, seen),
            other => Box::pin(other.simple(ctx, seen)),
        }
    }

    async fn simple(self, ctx: Context, seen: String) -> String {
        match self {
            Self::Timer { seconds } => {
                ctx.timer(TimerSpec::After(Duration::from_secs(seconds)), None).await;
                format!("timer@{}", ctx.now())
            }
            Self::Event { name, timeout } => {
                let result = ctx.event(EVENTS[name], timeout.map(Duration::from_secs)).await;
                result.ok().flatten().unwrap_or_else(|| "elapsed".into())
            }
            Self::Detached => ctx.detached(DetachedSpec { name: "audit".into(), ..DetachedSpec::default() }),
            Self::Uuid => ctx.new_uuid().to_string(),
            Self::Patch { name, step } if ctx.is_patched(["one", "two"][name]) => step.run(ctx, seen).await,
            Self::Patch { .. } => "unpatched".into(),
            Self::Seq(steps) => {
                let mut here = String::new();
                for step in steps {
                    here = format!("{here}{},", step.run(ctx.clone(), format!("{seen}{here}")).await);
                }
                here
            }
            Self::Timeout { seconds, step } => {
                let inner = step.run(ctx.clone(), seen);
                timeout(&ctx, inner, Duration::from_secs(seconds)).await.unwrap_or_else(|_| "late".into())
            }
            other => unreachable!("{other:?}"),
        }
    }

    fn call(self, ctx: Context, seen: String) -> Output {
        Box::pin(async move {
            match self {
                Self::Activity { attempts } => {
                    let spec = ActivitySpec { retry: policy(attempts), ..activity("work", &seen) };
                    word(ctx.activity(spec).await)
                }
                Self::Child { is_named, attempts } => {
                    let id = is_named.then_some("helper-1");
                    word(ctx.child(ChildSpec { retry: policy(attempts), ..child("help", id) }).await)
                }
                Self::Start { attempts } => {
                    drop(ctx.start_activity(ActivitySpec {
                        retry: policy(attempts),
                        ..activity_named("notify")
                    }));
                    "started".into()
                }
                other => unreachable!("{other:?}"),
            }
        })
    }

    fn join(self, ctx: Context, seen: String) -> Output {
        Box::pin(async move {
            match self {
                Self::Join(steps) => join_all(&ctx, each(steps, &ctx, &seen)).await.join("+"),
                Self::TryJoin(steps) => {
                    let members = each(steps, &ctx, &seen).into_iter().map(fallible).collect();
                    try_join_all(&ctx, members).await.map_or_else(|error| error, |outputs| outputs.join("&"))
                }
                Self::Pair(pair) => {
                    let (first, second) =
                        (pair.0.run(ctx.clone(), seen.clone()), pair.1.run(ctx.clone(), seen));
                    let (first, second) = join2(&ctx, first, second).await;
                    format!("({first} {second})")
                }
                Self::Buffered { width, steps } => {
                    buffered(&ctx, each(steps, &ctx, &seen), width).await.join("|")
                }
                other => unreachable!("{other:?}"),
            }
        })
    }

    fn race(self, ctx: Context, seen: String) -> Output {
        Box::pin(async move {
            match self {
                Self::Race(steps) => {
                    let (place, output) = race_all(&ctx, each(steps, &ctx, &seen)).await;
                    format!("{place}:{output}")
                }
                Self::RaceOfTwo(pair) => {
                    let (first, second) =
                        (pair.0.run(ctx.clone(), seen.clone()), pair.1.run(ctx.clone(), seen));
                    match race2(&ctx, first, second).await {
                        OneOf2::First(output) => format!("first:{output}"),
                        OneOf2::Second(output) => format!("second:{output}"),
                    }
                }
                Self::RaceWithNothing(step) => {
                    let again = (*step).clone().run(ctx.clone(), seen.clone());
                    match race3(&ctx, step.run(ctx.clone(), seen), std::future::ready(()), again).await {
                        OneOf3::First(output) | OneOf3::Third(output) => output,
                        OneOf3::Second(()) => "nothing".into(),
                    }
                }
                other => unreachable!("{other:?}"),
            }
        })
    }
}

fn leaf() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..4_u32).prop_map(|attempts| Step::Activity { attempts }),
        2 => (any::<bool>(), 1..3_u32).prop_map(|(is_named, attempts)| Step::Child { is_named, attempts }),
        3 => (0..20_u64).prop_map(|seconds| Step::Timer { seconds }),
        5 => (0..EVENTS.len(), prop::option::of(0..20_u64)).prop_map(|(name, timeout)| Step::Event { name, timeout }),
        1 => (1..3_u32).prop_map(|attempts| Step::Start { attempts }),
        1 => Just(Step::Detached),
        1 => Just(Step::Uuid),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    leaf().prop_recursive(3, 12, 4, |inner| {
        let many = || prop::collection::vec(inner.clone(), 1..4);
        let pair = || (inner.clone(), inner.clone()).prop_map(Box::new);
        prop_oneof![
            many().prop_map(Step::Seq),
            many().prop_map(Step::Join),
            many().prop_map(Step::TryJoin),
            many().prop_map(Step::Race),
            pair().prop_map(Step::Pair),
            pair().prop_map(Step::RaceOfTwo),
            inner.clone().prop_map(|step| Step::RaceWithNothing(Box::new(step))),
            (0..20_u64, inner.clone())
                .prop_map(|(seconds, step)| Step::Timeout { seconds, step: Box::new(step) }),
            (1..3_usize, many()).prop_map(|(width, steps)| Step::Buffered { width, steps }),
            (0..2_usize, inner.clone()).prop_map(|(name, step)| Step::Patch { name, step: Box::new(step) }),
        ]
    })
}

/// Programs of a few steps.
pub fn program() -> impl Strategy<Value = Program> {
    (prop::collection::vec(step(), 1..5), 1..4_usize, any::<bool>())
        .prop_map(|(steps, generations, keeps_events)| Program { steps, generations, keeps_events })
}
