//! Why an answer does not come, as far as the sidecar itself can tell.

use std::time::Duration;

use dacapo_proto::dapr::runtime::v1::{GetMetadataRequest, GetMetadataResponse};
use tokio::time::timeout;

use crate::connection::Connection;

/// The caller has waited long enough already.
const WITHIN: Duration = Duration::from_secs(1);

/// What keeps a sidecar from doing what only workers do.
pub(super) async fn of(connection: &Connection) -> String {
    let mut dapr = connection.dapr();
    match timeout(WITHIN, dapr.get_metadata(GetMetadataRequest {})).await {
        Ok(Ok(metadata)) => read(metadata.get_ref()),
        Ok(Err(_)) | Err(_) => "is a worker of the app connected?".to_owned(),
    }
}

fn read(metadata: &GetMetadataResponse) -> String {
    let app = &metadata.id;
    // Only daprd has actors, and with them a control plane.
    if let Some(actors) = &metadata.actor_runtime {
        if actors.placement.ends_with("disconnected") {
            return "the sidecar has no connection to placement: start it, or correct `--placement-host-address`"
                .to_owned();
        }
        if metadata.scheduler.as_ref().is_none_or(|scheduler| scheduler.connected_addresses.is_empty()) {
            return "the sidecar has no connection to a scheduler: start one, or correct `--scheduler-host-address`"
                .to_owned();
        }
    }
    match metadata.workflows.as_ref().map_or(0, |workflows| workflows.connected_workers) {
        1.. => format!(
            "app `{app}` has a worker connected: does it run this workflow, and is every app there that is called?"
        ),
        _ => format!("app `{app}` has no worker connected to this sidecar"),
    }
}

#[cfg(test)]
mod tests {
    use dacapo_proto::dapr::runtime::v1::{ActorRuntime, MetadataScheduler, MetadataWorkflows};

    use super::*;

    fn daprd(placement: &str, schedulers: usize, connected_workers: i32) -> String {
        read(&GetMetadataResponse {
            id: "shop".to_owned(),
            actor_runtime: Some(ActorRuntime { host_ready: true, placement: placement.to_owned() }),
            scheduler: Some(MetadataScheduler { connected_addresses: vec![String::new(); schedulers] }),
            workflows: Some(MetadataWorkflows { connected_workers }),
            ..Default::default()
        })
    }

    #[test]
    fn what_is_missing_is_named_the_most_basic_first() {
        for (obstacle, text) in [
            (daprd("placement: disconnected", 0, 0), "placement"),
            (daprd("placement: connected", 0, 0), "scheduler"),
            (daprd("placement: connected", 1, 0), "app `shop` has no worker"),
            (daprd("placement: connected", 1, 2), "app `shop` has a worker"),
        ] {
            assert!(obstacle.contains(text), "{obstacle}");
        }
    }

    #[test]
    fn a_sidecar_without_actors_needs_no_control_plane() {
        assert!(read(&GetMetadataResponse::default()).contains("no worker"));
    }
}
