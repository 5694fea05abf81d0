//! A sidecar, a worker and a client in this process, on a database in a folder of its own.

use dacapo::client::RunError;
use dacapo::prelude::*;
use dacapo::worker::WorkerBuilder;
use order_processor::models::{Fault, Order, OrderError, OrderResult};
use order_processor::shop::Shop;
use order_processor::sidecar::Dapr;
use order_processor::state::StateStore;
use order_processor::stock::{BASE_STOCK, Stock};
use order_processor::workflow::order_processing;
use tempfile::TempDir;

use super::LONG;
use super::database::Database;

/// The outcome of an order.
pub(crate) type Outcome = Result<OrderResult, RunError<OrderError>>;

pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) shop: Shop,
    worker: Worker,
    dapr: Dapr,
    folder: TempDir,
}

impl World {
    /// With everything that is linked into the test.
    pub(crate) async fn open() -> Self {
        Self::with(WorkerBuilder::register_all).await
    }

    /// With a worker of one's own choice.
    pub(crate) async fn with(registered: impl FnOnce(WorkerBuilder) -> WorkerBuilder) -> Self {
        let folder = TempDir::new().unwrap();
        let dapr = Dapr::embedded(&folder.path().join("orders.db")).await.unwrap();
        let stock = Stock::new(StateStore::new(dapr.connection()).unwrap());
        stock.restock().await.unwrap();
        let shop = Shop::recorded(stock);
        let builder = Worker::builder(dapr.connection()).state(shop.clone());
        let worker = registered(builder).start().await.unwrap();
        Self { client: Client::new(dapr.connection()), shop, worker, dapr, folder }
    }

    /// Puts another worker in the place of this one.
    pub(crate) async fn redeploy(self, registered: impl FnOnce(WorkerBuilder) -> WorkerBuilder) -> Self {
        let connection = self.connection().clone();
        self.redeploy_at(&connection, registered).await
    }

    /// As [`Self::redeploy`], with another connection to the same sidecar.
    pub(crate) async fn redeploy_at(
        self,
        connection: &Connection,
        registered: impl FnOnce(WorkerBuilder) -> WorkerBuilder,
    ) -> Self {
        self.worker.shutdown().await.unwrap();
        let builder = Worker::builder(connection).state(self.shop.clone());
        Self { worker: registered(builder).start().await.unwrap(), ..self }
    }

    pub(crate) fn connection(&self) -> &Connection {
        self.dapr.connection()
    }

    pub(crate) async fn place(&self, id: &str, order: Order) {
        self.client.schedule(order_processing(order).id(id)).await.unwrap();
    }

    pub(crate) async fn outcome(&self, id: &str) -> Outcome {
        self.client.run(order_processing, id).result_within(LONG).await
    }

    /// Places an order and waits for it.
    pub(crate) async fn order(&self, id: &str, order: Order) -> Outcome {
        self.place(id, order).await;
        self.outcome(id).await
    }

    /// Compares what the activities said.
    #[track_caller]
    pub(crate) fn check_log(&self, expected: &[&str]) {
        assert_eq!(self.shop.heard(), expected);
    }

    /// Stops worker and sidecar, and reads what they left on the disk.
    pub(crate) async fn close(self) -> Database {
        self.worker.shutdown().await.unwrap();
        self.dapr.shutdown().await;
        Database::read(&self.folder.path().join("orders.db"))
    }
}

/// An order of so many pieces of an item, at the shop's price.
pub(crate) fn order(item: &str, quantity: u32) -> Order {
    let (_, price, _) = BASE_STOCK.iter().find(|(name, ..)| *name == item).unwrap();
    Order {
        item_name: item.to_owned(),
        total_cost: price * u64::from(quantity),
        quantity,
        approval_timeout_ms: None,
        fail: None,
    }
}

/// The same order with a step that fails.
pub(crate) fn failing(fault: Fault, order: Order) -> Order {
    Order { fail: Some(fault), ..order }
}
