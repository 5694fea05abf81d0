//! `wf purge`

use clap::Args;
use dacapo_proto::pb::{self, purge_instances_request};
use futures_util::TryStreamExt as _;

use super::Output;
use super::client::{Client, missing};
use super::list::{self, Filter};
use super::orders::done;
use crate::program::Failure;
use crate::program::out::complain;

/// How many ids the sidecar is asked for at a time.
const PAGE: u32 = 1000;

#[derive(Debug, Args)]
pub(super) struct Purge {
    /// The instances.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<String>,
    /// Every instance that has ended and that the filters mean.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    filter: Filter,
    /// Deletes the children as well.
    #[arg(long)]
    recursive: bool,
    /// Deletes instances that have not ended, too; nobody who waits is told.
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(client: &Client, purge: Purge, output: Output) -> Result<(), Failure> {
    let mut failures = 0;
    if purge.all {
        let mut found = std::pin::pin!(list::instances(client, &purge.filter, PAGE));
        while let Some(state) = found.try_next().await? {
            if purge.force || super::watch::is_over(state.workflow_status()) {
                failures += attempt(client, &purge, &state.instance_id, output).await?;
            }
        }
    } else {
        for id in &purge.ids {
            failures += attempt(client, &purge, id, output).await?;
        }
    }
    match failures {
        0 => Ok(()),
        count => Err(format!("{count} of the instances could not be purged").into()),
    }
}

/// Purges one instance. One that refuses must not keep the others: it is counted.
async fn attempt(client: &Client, purge: &Purge, id: &str, output: Output) -> Result<usize, Failure> {
    match one(client, purge, id).await {
        Ok(()) => done(id, "purged", output).map(|()| 0),
        Err(error) => {
            complain(&format!("error: {error}"));
            Ok(1)
        }
    }
}

async fn one(client: &Client, purge: &Purge, id: &str) -> Result<(), Failure> {
    let request = pb::PurgeInstancesRequest {
        request: Some(purge_instances_request::Request::InstanceId(id.into())),
        recursive: purge.recursive,
        force: purge.force.then_some(true),
        router: None,
    };
    let mut hub = client.hub.clone();
    let purged = client.ask(&format!("purging '{id}'"), hub.purge_instances(client.request(request))).await?;
    if purged.deleted_instance_count == 0 { Err(missing(id)) } else { Ok(()) }
}
