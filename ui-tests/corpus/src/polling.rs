//! Asks again, and waits longer each time.

use dacapo::prelude::*;

/// How a job of another system stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobStatus {
    /// It waits for its turn.
    Queued,
    /// It runs; so much of it is done, in percent.
    Running(u8),
    /// It is done, and this is its result.
    Done(String),
}

/// Hands a job to another system, which gives it a number.
#[activity]
pub async fn submit(ctx: &ActivityContext, job: String) -> String {
    format!("{job}-{}", ctx.task_id())
}

/// Asks for the status of a job.
#[activity]
pub async fn job_status(number: String, attempt: u32) -> JobStatus {
    match attempt {
        0 => JobStatus::Queued,
        1..=3 => JobStatus::Running(u8::try_from(attempt * 30).unwrap_or(100)),
        _ => JobStatus::Done(number),
    }
}

/// As [`job_status`], but fails until the job is done.
#[activity]
pub async fn result_of(number: String) -> Result<String> {
    if number.is_empty() {
        return Err(Error::with_type("NotReady", "the job still runs"));
    }
    Ok(number)
}

/// Polls with waits that grow up to a limit.
#[workflow]
pub async fn poll_with_backoff(ctx: &WorkflowContext, job: String) -> Result<String> {
    const LONGEST: Duration = Duration::from_millis(20);
    let number = submit(job).await?;
    let mut wait = Duration::from_millis(2);
    for attempt in 0.. {
        match job_status(number.clone(), attempt).await? {
            JobStatus::Done(result) => return Ok(result),
            JobStatus::Running(percent) if percent < 50 => wait = (wait * 2).min(LONGEST),
            JobStatus::Queued | JobStatus::Running(_) => {}
        }
        ctx.create_timer(wait).await;
    }
    unreachable!("the attempts have no end")
}

/// Polls rarely: the retry policy of the call is the loop.
#[workflow]
pub async fn poll_by_retrying(job: String) -> Result<String> {
    let forever = RetryPolicy::new(u32::MAX)
        .first_interval(Duration::from_mins(1))
        .timeout(Duration::from_hours(48))
        .only_if(|failure| failure.details().error_type == "NotReady");
    Ok(result_of(job).retry(forever).await?)
}

/// Gives up after a number of looks, or when the time is up, whatever comes first.
#[workflow]
pub async fn poll_until(ctx: &WorkflowContext, job: String, deadline: Timestamp) -> Result<Option<String>> {
    let number = submit(job).await?;
    let found = loop {
        let attempt = ctx.now().unix_seconds().unsigned_abs() % 7;
        if let JobStatus::Done(result) = job_status(number.clone(), u32::try_from(attempt)?).await? {
            break Some(result);
        }
        if ctx.now() >= deadline {
            break None;
        }
        ctx.create_timer(Duration::from_millis(10)).await;
    };
    Ok(found)
}

/// The other system calls back, or is asked when it does not.
#[workflow]
pub async fn callback_or_poll(ctx: &WorkflowContext, job: String, patience: Duration) -> Result<String> {
    const CALLED_BACK: Event<Option<String>> = Event::new("called_back");
    let number = submit(job).await?;
    let called = CALLED_BACK.recv().timeout(patience).await;
    if let Ok(Some(result)) = called {
        return Ok(result);
    }
    let mut attempt = 0_u32;
    let result = 'asked: {
        while attempt < 8 {
            if let JobStatus::Done(result) = job_status(number.clone(), attempt).await? {
                break 'asked result;
            }
            attempt += 1;
            ctx.create_timer(Duration::from_millis(1)).await;
        }
        return Err(Error::msg(format!("job {number} does not end")).non_retriable());
    };
    Ok(result)
}
