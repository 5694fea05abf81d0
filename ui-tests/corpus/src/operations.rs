//! Machines: builds, rollouts, files, infrastructure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use dacapo::prelude::*;

use crate::monitoring::alert;

/// A stage of a build and what must be done before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// The names of the stages before it.
    pub needs: BTreeSet<String>,
}

/// Something in the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Resource {
    /// Where the machines talk.
    Network,
    /// Where the data are.
    Database,
    /// Where the code runs.
    Cluster,
}

impl Resource {
    const ALL: [Self; 3] = [Self::Network, Self::Database, Self::Cluster];
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network => "network",
            Self::Database => "database",
            Self::Cluster => "cluster",
        })
    }
}

/// Somebody agrees to go on.
pub const PROMOTED: Event<bool> = Event::new("promoted");

/// Runs a stage.
#[activity]
pub async fn run_stage(name: String) -> Result<String> {
    if name == "broken" {
        return Err(Error::with_type("StageFailed", name).non_retriable());
    }
    Ok(name)
}

/// Makes something.
#[activity(retry(max_attempts = 3, first_interval = "10s", backoff = 2.0))]
pub async fn provision(resource: Resource) -> Result<String> {
    Ok(format!("{resource}-1"))
}

/// Removes it again.
#[activity]
pub async fn deprovision(resource: Resource) -> Result<()> {
    info!("{resource} is gone");
    Ok(())
}

/// Installs firmware on a device and says whether it came up again.
#[activity]
pub async fn flash(device: u32, version: String) -> bool {
    !version.is_empty() && !device.is_multiple_of(13)
}

/// Downloads a file to this host and returns its place.
#[activity]
pub async fn download(url: String) -> Result<String> {
    Ok(format!("/tmp/{}", url.rsplit('/').next().unwrap_or("file")))
}

/// Works on a file of this host.
#[activity]
pub async fn transcode(file: String, height: u16) -> Result<String> {
    Ok(format!("{file}.{height}p"))
}

/// A build as a graph: every stage as soon as those before it are done.
#[workflow]
pub async fn build(stages: Vec<Stage>) -> Result<Vec<String>> {
    let mut done = BTreeSet::new();
    let mut order = Vec::new();
    let mut left = stages;
    while !left.is_empty() {
        let (ready, blocked): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|stage| stage.needs.iter().all(|name| done.contains(name)));
        if ready.is_empty() {
            let names: Vec<_> = blocked.into_iter().map(|stage| stage.name).collect();
            return Err(Error::msg(format!("these wait for each other: {names:?}")));
        }
        for finished in all(ready.into_iter().map(|stage| run_stage(stage.name)).collect::<Vec<_>>()).await? {
            order.push(finished.clone());
            done.insert(finished);
        }
        left = blocked;
    }
    Ok(order)
}

/// Build, test, wait for a person, deploy; each environment as a child would do it.
#[workflow]
pub async fn deployment(ctx: &WorkflowContext, version: String) -> Result<String> {
    for environment in ["staging", "production"] {
        run_stage(format!("deploy {version} to {environment}")).await?;
        ctx.create_timer(Duration::from_mins(10)).name("bake").await;
        let (tests, lint) = (run_stage("smoke".to_owned()), run_stage("lint".to_owned())).await;
        if let Err(failure) = tests.and(lint) {
            run_stage(format!("roll back {environment}")).await?;
            return Err(failure.into());
        }
        let is_last = environment == "production";
        if !is_last && !PROMOTED.recv().await? {
            return Ok(format!("{version} stays in {environment}"));
        }
    }
    Ok(format!("{version} is out"))
}

/// Firmware in waves that grow, stopped when too many devices stay dark.
#[workflow]
pub async fn firmware_rollout(devices: Vec<u32>, version: String) -> Result<(usize, Vec<u32>)> {
    let mut dark = Vec::new();
    let mut updated = 0;
    let mut rest = devices.as_slice();
    let mut wave = 1;
    while !rest.is_empty() && dark.len() * 10 <= updated.max(10) {
        let (now, later) = rest.split_at(wave.min(rest.len()));
        let flashed = now.iter().map(|device| flash(*device, version.clone())).buffered(8).await;
        for (device, is_up) in now.iter().zip(flashed) {
            if is_up.unwrap_or(false) { updated += 1 } else { dark.push(*device) }
        }
        rest = later;
        wave *= 2;
    }
    if !dark.is_empty() {
        alert("field service".to_owned(), format!("{dark:?}")).await?;
    }
    Ok((updated, dark))
}

/// Infrastructure that is complete or not there at all.
#[workflow]
pub async fn provision_environment(stop_at: Option<Resource>) -> Result<BTreeMap<String, String>> {
    let mut made = Vec::new();
    let mut names = BTreeMap::new();
    for resource in Resource::ALL {
        let name = match stop_at {
            Some(stop) if stop == resource => Err(Error::msg(format!("no {resource} today"))),
            _ => provision(resource).await.map_err(Error::from),
        };
        match name {
            Ok(name) => {
                made.push(resource);
                names.insert(resource.to_string(), name);
            }
            Err(error) => {
                while let Some(resource) = made.pop() {
                    deprovision(resource).await?;
                }
                return Err(error);
            }
        }
    }
    Ok(names)
}

/// One source, several formats; a format that fails is tried once more at the end.
#[workflow]
pub async fn process_file(url: String) -> Result<Vec<String>> {
    const HEIGHTS: [u16; 3] = [480, 720, 1080];
    let file = download(url).retry(RetryPolicy::new(4).backoff(2.0)).await?;
    let mut files = Vec::new();
    let mut again = Vec::new();
    for (height, outcome) in HEIGHTS.iter().zip(HEIGHTS.map(|height| transcode(file.clone(), height)).await) {
        match outcome {
            Ok(made) => files.push(made),
            Err(_) => again.push(*height),
        }
    }
    for height in again {
        files.push(transcode(file.clone(), height).await?);
    }
    Ok(files)
}

/// Extract, transform, load: the middle is plain code.
#[workflow]
pub async fn etl(sources: Vec<String>) -> Result<String> {
    let rows = all(sources.iter().cloned().map(run_stage).collect::<Vec<_>>()).await?;
    let table: BTreeMap<_, _> = rows.iter().map(|row| (row.len(), row.to_uppercase())).collect();
    let text = table.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(";");
    Ok(run_stage(text).await?)
}
