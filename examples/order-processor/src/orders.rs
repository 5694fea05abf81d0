//! Which order a run is about, and placing it.

use std::time::Duration;

use dacapo::RuntimeError;
use dacapo::client::InstanceState;
use dacapo::prelude::*;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::cli::Cli;
use crate::models::Order;
use crate::workflow::order_processing;

/// How long a lost sidecar is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Place a new order.
    Place {
        /// Its id.
        id: String,
        /// What to buy.
        order: Order,
    },
    /// Wait for an order that was placed before and has not ended.
    Resume {
        /// Its id.
        id: String,
        /// What it buys.
        order: Order,
        /// The ids of further unfinished orders, which go on meanwhile.
        others: Vec<String>,
    },
    /// Show what became of an order.
    Show {
        /// Its id.
        id: String,
    },
}

/// Decides by the command line and by what the sidecar remembers.
///
/// # Errors
/// When the sidecar cannot be asked, or the id belongs to another workflow.
pub async fn plan(client: &Client, cli: &Cli) -> Result<Plan> {
    match &cli.id {
        Some(id) => plan_for(client, cli, id.clone()).await,
        None => {
            let mut unfinished = unfinished(client).await?.into_iter();
            let Some(first) = unfinished.next() else {
                return Ok(Plan::Place { id: Uuid::new_v4().to_string(), order: cli.order() });
            };
            let others = unfinished.map(|state| state.instance_id).collect();
            Ok(Plan::Resume { order: ordered(&first, cli), id: first.instance_id, others })
        }
    }
}

async fn plan_for(client: &Client, cli: &Cli, id: String) -> Result<Plan> {
    let state = match client.instance(&id).get().await {
        Err(RuntimeError::NotFound { .. }) => return Ok(Plan::Place { id, order: cli.order() }),
        other => other?,
    };
    if !is_order(&state) {
        return Err(Error::msg(format!("`{id}` is an instance of workflow `{}` and no order", state.name)));
    }
    if state.status.is_terminal() {
        return Ok(Plan::Show { id });
    }
    Ok(Plan::Resume { order: ordered(&state, cli), id, others: Vec::new() })
}

/// The orders that have not ended. Sidecars before Dapr 1.17 cannot list them; an id must be given then.
async fn unfinished(client: &Client) -> Result<Vec<InstanceState>> {
    let mut ids = client.list();
    let mut found = Vec::new();
    loop {
        let id = match ids.next().await {
            Ok(Some(id)) => id,
            Ok(None) | Err(RuntimeError::Unsupported { .. }) => return Ok(found),
            Err(error) => return Err(error.into()),
        };
        match client.instance(id).get().await {
            Ok(state) if is_order(&state) && !state.status.is_terminal() => found.push(state),
            Ok(_) | Err(RuntimeError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// daprd does not know the name of a workflow that has not begun.
fn is_order(state: &InstanceState) -> bool {
    state.name.is_empty() || state.name == order_processing.name()
}

/// The order as it was placed.
fn ordered(state: &InstanceState, cli: &Cli) -> Order {
    let placed = state.input.as_deref().and_then(|json| serde_json::from_str(json).ok());
    placed.unwrap_or_else(|| cli.order())
}

/// Places an order, once: when an answer is lost, the sidecar is asked whether it has the order before it is placed
/// again. It must be, because the id of a finished order could be given to a new one, which would be paid again.
///
/// # Errors
/// When the sidecar refuses the order, or stays away for a minute.
pub async fn place(client: &Client, id: &str, order: &Order) -> Result<(), RuntimeError> {
    let begun = Instant::now();
    loop {
        match place_once(client, id, order).await {
            Err(error @ (RuntimeError::Unreachable { .. } | RuntimeError::TimedOut { .. })) => {
                if begun.elapsed() > PATIENCE {
                    return Err(error);
                }
                sleep(PAUSE).await;
            }
            Err(RuntimeError::AlreadyExists { .. }) => return Ok(()),
            other => return other,
        }
    }
}

async fn place_once(client: &Client, id: &str, order: &Order) -> Result<(), RuntimeError> {
    match client.instance(id).get().await {
        Err(RuntimeError::NotFound { .. }) => {}
        other => return other.map(drop),
    }
    client.schedule(order_processing(order.clone()).id(id)).await.map(drop)
}
