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
    /// Carry out an order.
    Work(Job),
    /// Show what became of an order, by its id.
    Show(String),
}

/// An order to be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The order's id.
    pub id: String,
    /// What it buys.
    pub order: Order,
    /// Whether it was placed before.
    pub stage: Stage,
}

/// How far an order has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is to be placed.
    New,
    /// It was placed before and has not ended.
    Unfinished {
        /// The ids of further unfinished orders, which go on meanwhile.
        others: Vec<String>,
    },
}

/// Decides by the command line and by what the sidecar remembers.
///
/// # Errors
/// When the sidecar cannot be asked, or the id belongs to another workflow.
pub async fn plan(client: &Client, cli: &Cli) -> Result<Plan> {
    if let Some(id) = &cli.id {
        return plan_for(client, cli, id).await;
    }
    let mut unfinished = unfinished(client).await?.into_iter();
    let Some(first) = unfinished.next() else { return Ok(new(Uuid::new_v4().to_string(), cli)) };
    Ok(resume(&first, cli, unfinished.map(|state| state.instance_id).collect()))
}

async fn plan_for(client: &Client, cli: &Cli, id: &str) -> Result<Plan> {
    let state = match client.instance(id).get().await {
        Err(RuntimeError::NotFound { .. }) => return Ok(new(id.to_owned(), cli)),
        other => other?,
    };
    if !is_order(&state) {
        return Err(Error::msg(format!("`{id}` is an instance of workflow `{}` and no order", state.name)));
    }
    Ok(if state.status.is_terminal() { Plan::Show(id.to_owned()) } else { resume(&state, cli, Vec::new()) })
}

fn new(id: String, cli: &Cli) -> Plan {
    Plan::Work(Job { id, order: cli.order(), stage: Stage::New })
}

fn resume(state: &InstanceState, cli: &Cli, others: Vec<String>) -> Plan {
    let placed = state.input.as_deref().and_then(|json| serde_json::from_str(json).ok());
    let order = placed.unwrap_or_else(|| cli.order());
    Plan::Work(Job { id: state.instance_id.clone(), order, stage: Stage::Unfinished { others } })
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
