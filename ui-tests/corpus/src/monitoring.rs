//! Looks at something now and then, until it is as it should be.

use std::sync::atomic::{AtomicU32, Ordering};

use dacapo::prelude::*;

/// How often anybody asked for the weather: activities may keep what they like.
static REQUESTS: AtomicU32 = AtomicU32::new(0);

/// What a service says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Health {
    /// All is well.
    Healthy,
    /// Something is slow.
    Degraded,
    /// Nothing answers.
    Down,
}

/// What [`health_monitor`] knows from one execution to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Whom it watches.
    pub service: String,
    /// How often it has looked.
    pub checks: u32,
    /// How long it waits between two looks.
    pub every: Duration,
}

/// Asks a service how it is.
#[activity(retry(max_attempts = 3, first_interval = "500ms"))]
pub async fn check_health(service: String, attempt: u32) -> Health {
    match attempt {
        0 if service.is_empty() => Health::Down,
        0 | 1 => Health::Degraded,
        _ => Health::Healthy,
    }
}

/// Tells somebody.
#[activity]
pub async fn alert(to: String, text: String) -> Result<()> {
    info!("{to}: {text}");
    Ok(())
}

/// The weather of a city.
#[activity]
pub async fn weather(city: String) -> String {
    REQUESTS.fetch_add(1, Ordering::Relaxed);
    if city.len() > 6 { "clear".to_owned() } else { "rain".to_owned() }
}

/// Tutorial: polls until the service is healthy; each look is an execution of its own.
#[workflow]
pub async fn health_monitor(ctx: &WorkflowContext, mut watch: Watch) -> Result<String> {
    let health = check_health(watch.service.clone(), watch.checks).await?;
    watch.checks += 1;
    if health == Health::Healthy {
        return Ok(format!("Status is healthy after {} times.", watch.checks));
    }
    ctx.create_timer(watch.every).await;
    return health_monitor(watch).continue_as_new().await;
}

/// Waits for clear weather, until a given time.
#[workflow]
pub async fn weather_monitor(ctx: &WorkflowContext, city: String, expires: Timestamp) -> Result<bool> {
    while ctx.now() < expires {
        if weather(city.clone()).await? == "clear" {
            alert("hiker".to_owned(), format!("it is clear in {city}")).await?;
            return Ok(true);
        }
        let next = (ctx.now() + Duration::from_mins(30)).min(expires);
        ctx.create_timer_at(next).await;
    }
    Ok(false)
}

/// Watches for ever: alerts once when a service falls ill, and once when it is well again.
#[workflow]
pub async fn uptime(ctx: &WorkflowContext, service: String, was_well: bool, round: u32) -> Result<()> {
    let mut is_well = was_well;
    for attempt in 0..50 {
        let health = check_health(service.clone(), round + attempt).await?;
        match (is_well, health) {
            (true, Health::Down | Health::Degraded) => {
                alert("on call".to_owned(), format!("{service} is {health:?}")).await?;
                is_well = false;
            }
            (false, Health::Healthy) => {
                alert("on call".to_owned(), format!("{service} is back")).await?;
                is_well = true;
            }
            _ => {}
        }
        ctx.create_timer(if is_well { Duration::from_mins(1) } else { Duration::from_secs(5) }).await;
    }
    uptime(service, is_well, round + 50).continue_as_new().await
}

/// Samples a value and reports the trend, in a window that slides over the last samples.
#[workflow]
pub async fn trend(ctx: &WorkflowContext, samples: u32, window: usize) -> Result<Vec<f64>> {
    let mut values = std::collections::VecDeque::with_capacity(window);
    let mut averages = Vec::new();
    for sample in 0..samples {
        let value = f64::from(check_health("sensor".to_owned(), sample).await? as u8);
        if values.len() == window {
            values.pop_front();
        }
        values.push_back(value);
        let count = u32::try_from(values.len())?;
        averages.push(values.iter().sum::<f64>() / f64::from(count));
        ctx.create_timer(Duration::from_millis(1)).await;
    }
    Ok(averages)
}
