//! One run of the program: find or start a sidecar, place or resume an order, wait for it, say what became of it.

use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Duration;

use dacapo::client::{Instance, RunError, Status};
use dacapo::prelude::*;

use crate::cli::Cli;
use crate::console::{complain, say};
use crate::manager;
use crate::models::{OrderError, OrderResult};
use crate::orders::{self, Job, Plan, Stage};
use crate::shop::Shop;
use crate::sidecar::Dapr;
use crate::signal::Signals;
use crate::state::StateStore;
use crate::stock::Stock;
use crate::workflow::order_processing;

/// How long a sidecar may take to come up.
const STARTUP: Duration = Duration::from_secs(5);
/// How often the order's status is asked for while it is carried out.
const POLL: Duration = Duration::from_millis(500);

/// Runs the program.
pub async fn run(cli: Cli) -> ExitCode {
    say("*** Welcome to the Dapr Workflow console app sample!");
    say("*** Using this app, you can place orders that start workflows.");
    match with_sidecar(&cli).await {
        Ok(code) => code,
        Err(error) => {
            complain(error);
            ExitCode::FAILURE
        }
    }
}

async fn with_sidecar(cli: &Cli) -> Result<ExitCode> {
    let dapr = Dapr::find(&cli.db).await?;
    let ending = with_connection(cli, dapr.connection()).await;
    dapr.shutdown().await;
    ending
}

async fn with_connection(cli: &Cli, connection: &Connection) -> Result<ExitCode> {
    say(format_args!(
        "dapr client initializing for: {}",
        connection.endpoint().trim_start_matches("http://")
    ));
    connection.ready(STARTUP).await?;
    let stock = Stock::new(StateStore::new(connection)?);
    for item in stock.restock().await? {
        say(format_args!("adding base stock item: {item}"));
    }
    if cli.serve {
        return serve(connection, Shop::new(stock)).await;
    }
    say("==========Begin the purchase of item:==========");
    let client = Client::new(connection);
    match orders::plan(&client, cli).await? {
        Plan::Show(id) => Ok(show(&client, &id).await),
        Plan::Work(job) => {
            announce(&job);
            with_worker(cli, connection, Shop::new(stock), &job).await
        }
    }
}

/// Carries out the orders of others.
async fn serve(connection: &Connection, shop: Shop) -> Result<ExitCode> {
    let mut signals = Signals::listen()?;
    let worker = Worker::builder(connection).state(shop).register_all().start().await?;
    worker.connected().await;
    say("Waiting for orders");
    let signal = signals.next().await;
    say(format_args!("{signal}: no more orders are taken"));
    worker.shutdown().await?;
    Ok(ExitCode::SUCCESS)
}

fn announce(Job { id, order, stage }: &Job) {
    match stage {
        Stage::New => say(format_args!(
            "Starting order workflow {id}, purchasing {} of {}",
            order.quantity, order.item_name
        )),
        Stage::Unfinished { others } => {
            say(format_args!("Order {id} is unfinished: resuming it and waiting for it"));
            if !others.is_empty() {
                say(format_args!("Also unfinished, and going on meanwhile: {}", others.join(", ")));
            }
        }
    }
}

async fn with_worker(cli: &Cli, connection: &Connection, shop: Shop, job: &Job) -> Result<ExitCode> {
    let mut signals = Signals::listen()?;
    let worker = Worker::builder(connection).state(shop).register_all().start().await?;
    let client = Client::new(connection);
    let ending = tokio::select! {
        ending = carry_out(cli, &client, job) => ending,
        signal = signals.next() => {
            complain(format_args!("{signal}: order {0} is not finished and not lost; to go on with it add `--id {0}`", job.id));
            Ok(signal.exit_code())
        }
    };
    worker.shutdown().await?;
    ending
}

async fn carry_out(cli: &Cli, client: &Client, Job { id, order, stage }: &Job) -> Result<ExitCode> {
    if *stage == Stage::New {
        orders::place(client, id, order).await?;
    }
    let run = client.run(order_processing, id);
    tokio::select! {
        outcome = run.result() => Ok(conclude(id, outcome)),
        never = manager::attend(run.instance(), order, cli) => match never {},
        never = watch(run.instance()) => match never {},
    }
}

async fn show(client: &Client, id: &str) -> ExitCode {
    say(format_args!("Order {id} is finished already"));
    conclude(id, client.run(order_processing, id).result().await)
}

/// Says when the order is held up, and when it goes on.
async fn watch(instance: &Instance) -> Infallible {
    let mut shown = Status::Running;
    loop {
        tokio::time::sleep(POLL).await;
        // A lost connection is reported by the call that waits for the result.
        let Ok(state) = instance.get().await else { continue };
        let status = if state.status == Status::Pending { Status::Running } else { state.status };
        if status != shown && !status.is_terminal() {
            say(format_args!("workflow status: {status}"));
            shown = status;
        }
    }
}

/// Says what became of an order.
fn conclude(id: &str, outcome: Result<OrderResult, RunError<OrderError>>) -> ExitCode {
    match outcome {
        Ok(OrderResult { processed: true, .. }) => {
            say(format_args!("workflow status: {}", Status::Completed));
            say("Purchase of item is complete");
            return ExitCode::SUCCESS;
        }
        Ok(OrderResult { reason, .. }) => {
            say(format_args!("workflow status: {}", Status::Completed));
            let reason = reason.as_deref().unwrap_or("no reason was given");
            complain(format_args!("order {id} was not processed: {reason}"));
        }
        Err(RunError::Failed(failure)) => {
            say(format_args!("workflow status: {}", Status::Failed));
            complain(format_args!("order {id} failed: {}", failure.details().message));
        }
        Err(RunError::Terminated { .. }) => {
            say(format_args!("workflow status: {}", Status::Terminated));
            complain(format_args!("order {id} was terminated"));
        }
        Err(unknown) => complain(unknown),
    }
    ExitCode::FAILURE
}
