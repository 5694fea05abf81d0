//! Workflows without an end, or with one that nobody knows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use dacapo::prelude::*;

use crate::monitoring::alert;

/// Removes what is old, and says how much that was.
#[activity]
pub async fn clean_up(older_than: Timestamp) -> u32 {
    u32::from(older_than > Timestamp::UNIX_EPOCH)
}

/// Something for the counter to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "by", rename_all = "snake_case")]
pub enum Operation {
    /// More.
    Add(i64),
    /// From the beginning.
    Reset,
    /// No more operations.
    Close,
}

/// An operation on a counter.
pub const OPERATION: Event<Operation> = Event::new("operation");
/// A request for the lock, with the instance that wants it.
pub const ACQUIRE: Event<String> = Event::new("acquire");
/// The holder is done.
pub const RELEASE: Event<String> = Event::new("release");
/// A message to be sent on.
pub const MESSAGE: Event<(String, String)> = Event::new("message");

/// Cleans up every so often, for ever.
#[workflow]
pub async fn periodic_cleanup(ctx: &WorkflowContext, every: Duration) -> Result<()> {
    let removed = clean_up(ctx.now() - every * 24).await?;
    info!(removed, "cleaned up");
    ctx.create_timer(every).await;
    return periodic_cleanup(every).continue_as_new().await;
}

/// Tutorial: counts its own executions, until somebody ends it.
#[workflow]
pub async fn never_ending(ctx: &WorkflowContext, counter: u64) -> Result<()> {
    ctx.set_custom_status(counter)?;
    alert("log".to_owned(), counter.to_string()).await?;
    ctx.create_timer(Duration::from_secs(1)).await;
    never_ending(counter + 1).continue_as_new().await
}

/// An entity: a value and operations on it, one after the other.
#[workflow]
pub async fn counter(ctx: &WorkflowContext, start: i64) -> Result<i64> {
    let mut value = start;
    for _ in 0..100 {
        ctx.set_custom_status(value)?;
        match OPERATION.recv().await? {
            Operation::Add(by) => value = value.saturating_add(by),
            Operation::Reset => value = 0,
            Operation::Close => return Ok(value),
        }
    }
    counter(value).continue_as_new().await
}

/// Who holds the lock of [`mutex`], and who waits for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Who has it.
    pub holder: Option<String>,
    /// Who comes next, in order.
    pub waiting: VecDeque<String>,
}

/// A lock that outlives every process: whoever wants it asks, and is told.
#[workflow]
pub async fn mutex(mut lock: Lock) -> Result<()> {
    let mut served = 0;
    while served < 200 {
        match race((RELEASE.recv(), ACQUIRE.recv())).await {
            OneOf2::First(released) => {
                let released = released?;
                if lock.holder.as_deref() == Some(&*released) {
                    lock.holder = None;
                } else {
                    lock.waiting.retain(|other| *other != released);
                }
            }
            OneOf2::Second(wanted) => lock.waiting.push_back(wanted?),
        }
        if lock.holder.is_none()
            && let Some(next) = lock.waiting.pop_front()
        {
            alert(next.clone(), "the lock is yours".to_owned()).await?;
            lock.holder = Some(next);
            served += 1;
        }
    }
    return mutex(lock).continue_as_new().await;
}

/// Messages of each topic in order, topics side by side; what came twice is sent once.
#[workflow]
pub async fn router(mut seen: BTreeSet<String>) -> Result<()> {
    let mut queues: BTreeMap<String, VecDeque<String>> = BTreeMap::new();
    while let Ok((topic, message)) = MESSAGE.recv().timeout(Duration::from_mins(1)).await {
        if seen.insert(format!("{topic}/{message}")) {
            queues.entry(topic).or_default().push_back(message);
        }
        if queues.values().map(VecDeque::len).sum::<usize>() >= 10 {
            break;
        }
    }
    let sending = queues.into_iter().map(|(topic, messages)| async move {
        for message in messages {
            alert(topic.clone(), message).await?;
        }
        Ok::<_, Error>(topic)
    });
    for topic in sending.collect::<Vec<_>>().await {
        debug!("{} is up to date", topic?);
    }
    router(seen).continue_as_new().drop_events().await
}

/// A job that runs at fixed times, however long it takes itself.
#[workflow]
pub async fn cron(ctx: &WorkflowContext, next: Timestamp, every: Duration, runs: u32) -> Result<u32> {
    ctx.create_timer_at(next).await;
    if runs == 0 {
        return Ok(clean_up(next).await?);
    }
    clean_up(ctx.now()).await?;
    let mut following = next + every;
    while following <= ctx.now() {
        following = following + every;
    }
    return cron(following, every, runs - 1).continue_as_new().await;
}
