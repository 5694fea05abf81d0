//! Two apps with a worker each on one embedded sidecar: one calls the other by declarations alone.
#![allow(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, but does not see that their helpers are tests too"
)]

use dacapo::client::RunError;
use dacapo::prelude::*;
use dacapo_sidecar::Sidecar;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Parcel {
    item: String,
    weight: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{0} is out of stock")]
struct OutOfStock(String);

/// What the shop knows of the warehouse: signatures, and nothing else.
mod declared {
    use super::{OutOfStock, Parcel, Result};
    use dacapo::{activity, workflow};

    #[activity(app = "warehouse")]
    pub(crate) async fn pick(item: String) -> Result<u32, OutOfStock>;

    #[workflow(app = "warehouse")]
    pub(crate) async fn pack(item: String, weight: u32) -> Result<Parcel>;
}

/// The warehouse itself.
mod warehouse {
    use super::{OutOfStock, Parcel, Result};
    use dacapo::{activity, workflow};

    #[activity]
    pub(crate) async fn pick(item: String) -> Result<u32, OutOfStock> {
        if item == "moon" { Err(OutOfStock(item)) } else { Ok(7) }
    }

    #[activity]
    pub(crate) async fn wrap(item: String) -> String {
        format!("wrapped {item}")
    }

    #[workflow]
    pub(crate) async fn pack(item: String, weight: u32) -> Result<Parcel> {
        Ok(Parcel { item: wrap(item).await?, weight })
    }
}

#[workflow]
async fn order(item: String) -> Result<Parcel, OutOfStock> {
    let weight = match declared::pick(item.clone()).await {
        Ok(weight) => weight,
        Err(failure) => return Err(failure.into_error().unwrap_or(OutOfStock("unknown".into()))),
    };
    declared::pack(item, weight).await.map_err(|failure| OutOfStock(failure.to_string()))
}

#[tokio::test]
async fn an_app_calls_another_one_by_its_signatures() {
    let sidecar = Sidecar::builder().app_id("shop").app_on("warehouse", 0).start().await.unwrap();
    let shop = Connection::to(sidecar.endpoint()).unwrap();
    let depot = Connection::to(sidecar.endpoint_of("warehouse").unwrap()).unwrap();
    let depot_worker = Worker::builder(&depot)
        .activity(warehouse::pick)
        .activity(warehouse::wrap)
        .workflow(warehouse::pack)
        .start()
        .await
        .unwrap();
    let worker = Worker::builder(&shop).workflow(order).start().await.unwrap();
    let client = Client::new(&shop);

    let run = client.schedule(order("chair".into())).await.unwrap();
    let parcel = run.result().await.unwrap();
    assert_eq!(parcel, Parcel { item: "wrapped chair".into(), weight: 7 });

    let run = client.schedule(order("moon".into())).await.unwrap();
    match run.result().await {
        Err(RunError::Failed(failure)) => assert_eq!(failure.error(), Some(&OutOfStock("moon".into()))),
        other => panic!("expected the warehouse's own error, got {other:?}"),
    }

    worker.shutdown().await.unwrap();
    depot_worker.shutdown().await.unwrap();
    sidecar.shutdown().await;
}
