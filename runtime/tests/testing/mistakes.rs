//! Mistakes that the compiler lets pass, through the holes that docs/errors.md names: the kit finds each of them.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use dacapo::prelude::*;
use dacapo::testing::TestEnv;

use crate::stopped;

#[activity]
async fn step(of: String) -> Result<String> {
    Ok(of)
}

#[activity]
async fn other(of: String) -> Result<String> {
    Ok(of)
}

#[workflow]
async fn child(n: u64) -> Result<u64> {
    Ok(n)
}

/// What the checks of the attribute do not see: plain code beside the workflow.
mod hidden {
    use super::*;

    pub(crate) fn clock() -> u64 {
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
        u64::try_from(since.as_nanos()).unwrap()
    }

    /// A number that is another each time: each map has its own keys to hash with.
    pub(crate) fn random() -> u64 {
        use std::hash::{BuildHasher as _, RandomState};
        RandomState::new().hash_one(7)
    }

    pub(crate) fn unordered() -> Vec<String> {
        (0..20).map(|n| format!("item {n}")).collect::<HashSet<_>>().into_iter().collect()
    }

    pub(crate) fn first_key() -> String {
        let map: HashMap<_, _> = (0..20).map(|n| (format!("key {n}"), n)).collect();
        map.into_keys().next().unwrap()
    }

    pub(crate) fn counted() -> u32 {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        COUNT.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn thread_counted() -> u32 {
        thread_local! { static COUNT: Cell<u32> = const { Cell::new(0) } }
        COUNT.replace(COUNT.get() + 1)
    }

    pub(crate) fn on_thread() -> String {
        format!("{:?}", std::thread::current().id())
    }

    pub(crate) fn address() -> usize {
        let value = Box::new(counted());
        std::ptr::from_ref(&*value).addr() ^ usize::try_from(*value).unwrap()
    }

    /// A type with a lock inside.
    pub(crate) struct Memo(Mutex<Vec<String>>);

    pub(crate) static MEMO: Memo = Memo(Mutex::new(Vec::new()));
    pub(crate) static INBOX: Memo = Memo(Mutex::new(Vec::new()));
    pub(crate) static LATE: Memo = Memo(Mutex::new(Vec::new()));

    impl Memo {
        pub(crate) fn is_new(&self, key: &str) -> bool {
            let mut keys = self.0.lock().unwrap();
            let is_new = !keys.iter().any(|known| known == key);
            keys.push(key.to_owned());
            is_new
        }

        pub(crate) fn count(&self) -> usize {
            self.0.lock().unwrap().len()
        }

        pub(crate) fn push(&self, text: &str) {
            self.0.lock().unwrap().push(text.to_owned());
        }
    }

    macro_rules! stamp {
        () => {
            $crate::mistakes::hidden::clock()
        };
    }
    pub(crate) use stamp;
}

#[workflow]
async fn clock_in_an_input() -> Result<()> {
    step(format!("at {}", hidden::clock())).await?;
    Ok(())
}

#[workflow]
async fn random_branch() -> Result<()> {
    for _ in 0..20 {
        if hidden::random().is_multiple_of(2) {
            step("even".into()).await?;
        } else {
            other("odd".into()).await?;
        }
    }
    Ok(())
}

#[workflow]
async fn order_of_a_set() -> Result<()> {
    for item in hidden::unordered() {
        step(item).await?;
    }
    Ok(())
}

#[workflow]
async fn first_of_a_map() -> Result<String> {
    step("begin".into()).await?;
    Ok(hidden::first_key())
}

#[workflow]
async fn counter_of_the_process() -> Result<()> {
    child(1).id(format!("child {}", hidden::counted())).await?;
    Ok(())
}

#[workflow]
async fn counter_of_the_thread(ctx: &WorkflowContext) -> Result<()> {
    ctx.create_timer(Duration::from_secs(u64::from(hidden::thread_counted()))).await;
    Ok(())
}

#[workflow]
async fn name_of_the_thread() -> Result<()> {
    step(hidden::on_thread()).await?;
    Ok(())
}

#[workflow]
async fn address_of_a_value() -> Result<()> {
    step(format!("value {}", hidden::address())).await?;
    Ok(())
}

#[workflow]
async fn memory_of_the_process() -> Result<()> {
    if hidden::MEMO.is_new("key") {
        step("remember".into()).await?;
    }
    other("go on".into()).await?;
    Ok(())
}

#[activity]
async fn deliver_beside(text: String) -> Result<()> {
    hidden::INBOX.push(&text);
    Ok(())
}

#[workflow]
async fn answer_beside_the_history() -> Result<()> {
    if hidden::INBOX.count() == 0 {
        deliver_beside("done".into()).await?;
    }
    step("end".into()).await?;
    Ok(())
}

#[activity]
async fn change_later() -> Result<()> {
    hidden::LATE.push("changed");
    Ok(())
}

#[workflow]
async fn input_that_changes_later() -> Result<()> {
    step(format!("{} seen", hidden::LATE.count())).await?;
    change_later().await?;
    Ok(())
}

#[workflow]
async fn work_only_when_live(ctx: &WorkflowContext) -> Result<()> {
    if !ctx.is_replaying() {
        step("once, I thought".into()).await?;
    }
    other("end".into()).await?;
    Ok(())
}

#[workflow(allow_macros(stamp))]
async fn clock_in_a_macro() -> Result<()> {
    use hidden::stamp;
    step(format!("at {}", stamp!())).await?;
    Ok(())
}

#[workflow]
async fn clock_in_the_status(ctx: &WorkflowContext) -> Result<()> {
    ctx.set_custom_status(hidden::clock())?;
    step("shown".into()).await?;
    Ok(())
}

#[workflow]
async fn random_pause(ctx: &WorkflowContext) -> Result<()> {
    ctx.create_timer(Duration::from_secs(hidden::random() % 1_000_000)).await;
    Ok(())
}

#[workflow]
async fn clock_in_the_next_execution(at: u64) -> Result<u64> {
    if at == 0 {
        return clock_in_the_next_execution(hidden::clock()).continue_as_new().await;
    }
    Ok(at)
}

#[workflow]
async fn random_start(ctx: &WorkflowContext) -> Result<()> {
    let _label = ctx.start(step(format!("label {}", hidden::random())));
    step("first".into()).await?;
    Ok(())
}

#[workflow]
async fn random_patch(ctx: &WorkflowContext) -> Result<()> {
    if ctx.is_patched(&format!("patch {}", hidden::random())) {
        info!("patched");
    }
    step("end".into()).await?;
    Ok(())
}

#[workflow]
async fn clock_in_the_failure() -> Result<()> {
    step("begin".into()).await?;
    Err(std::io::Error::other(format!("late by {}", hidden::clock())).into())
}

/// Numbers differ from run to run: each becomes `#`, but those of steps and turns.
fn normal(text: &str) -> String {
    let mut normal = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, digits) = rest.split_at(start);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let is_place = ["step ", "turn ", "test-", "id "].iter().any(|word| before.ends_with(word));
        normal.push_str(before);
        normal.push_str(if is_place { &digits[..end] } else { "#" });
        rest = &digits[end..];
    }
    normal + rest
}

macro_rules! table {
    ($($name:ident $args:tt),+ $(,)?) => {{
        let mut shown = String::new();
        $(
            let text = stopped(async {
                let run = TestEnv::new().schedule($name $args).await.unwrap();
                let _ = run.result().await;
            });
            let text = text.await;
            let first = text.split("\n  a workflow does the same").next().unwrap();
            writeln!(shown, "{}:\n{}\n", stringify!($name), normal(first)).unwrap();
            assert!(text.contains("a workflow does the same on every replay: take the time from `ctx.now()`"), "{text}");
        )+
        shown
    }};
}

#[tokio::test]
async fn each_of_these_mistakes_compiles_and_is_found() {
    let shown = table!(
        clock_in_an_input(),
        order_of_a_set(),
        first_of_a_map(),
        counter_of_the_process(),
        counter_of_the_thread(),
        name_of_the_thread(),
        address_of_a_value(),
        memory_of_the_process(),
        answer_beside_the_history(),
        input_that_changes_later(),
        work_only_when_live(),
        clock_in_a_macro(),
        clock_in_the_status(),
        random_pause(),
        clock_in_the_next_execution(0),
        random_start(),
        random_patch(),
        clock_in_the_failure(),
    );
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn a_branch_that_is_drawn_is_found_with_both_its_sides() {
    let text = stopped(async {
        let run = TestEnv::new().schedule(random_branch()).await.unwrap();
        let _ = run.result().await;
    });
    let text = text.await;
    for side in ["activity `step` ", "activity `other` "] {
        assert!(text.contains(side), "{text}");
    }
}

#[tokio::test]
async fn a_place_is_the_line_of_the_await() {
    let text = stopped(async { TestEnv::new().schedule(clock_in_an_input()).await.unwrap() }).await;
    let source = include_str!("mistakes.rs");
    let line = 1 + source
        .lines()
        .position(|line| line.contains("step(format!(\"at {}\", hidden::clock())).await"))
        .unwrap();
    assert!(text.contains(&format!("at runtime/tests/testing/mistakes.rs:{line}\n")), "{text}");
}
