//! The manager, who answers `request_approval`: simulated, or you.

use std::convert::Infallible;
use std::future::pending;
use std::io::BufRead as _;
use std::time::Duration;

use dacapo::RuntimeError;
use dacapo::client::Instance;
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::approval::Approval;
use crate::cli::{Cli, Manager};
use crate::console;
use crate::models::Order;
use crate::workflow::{APPROVAL_LIMIT, MANAGER_APPROVAL};

const PAUSE: Duration = Duration::from_millis(200);

/// Answers once, if the order needs an answer and the manager gives one. A manager who was there before the program
/// was killed may have answered already: the order takes the first answer and ignores the second.
pub async fn attend(instance: &Instance, order: &Order, cli: &Cli) -> Infallible {
    if order.total_cost > APPROVAL_LIMIT {
        sleep(cli.approval_delay).await;
        if let Some(approved) = decide(instance, order, cli.approval).await {
            raise(instance, Approval { approved }).await;
        }
    }
    pending().await
}

async fn decide(instance: &Instance, order: &Order, manager: Manager) -> Option<bool> {
    match manager {
        Manager::Approve => Some(true),
        Manager::Deny => Some(false),
        Manager::None => None,
        Manager::Ask => ask(instance.id(), order).await,
    }
}

/// The question is answered on a thread of its own: reading standard input cannot be called off, and must not keep
/// the program from ending.
async fn ask(id: &str, order: &Order) -> Option<bool> {
    let Order { item_name, quantity, total_cost, .. } = order;
    console::prompt(format_args!("Approve order {id}, {quantity} {item_name} for ${total_cost}? [y/N] "));
    let (sender, answer) = oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        if matches!(std::io::stdin().lock().read_line(&mut line), Ok(1..)) {
            // Nobody waits for the answer when the order has ended meanwhile.
            let _ = sender.send(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"));
        }
    });
    answer.await.ok()
}

/// Sends the answer, again and again while the sidecar is away: a second one does no harm, a lost one does.
async fn raise(instance: &Instance, approval: Approval) {
    loop {
        match instance.raise(MANAGER_APPROVAL, approval).await {
            Err(
                RuntimeError::Unreachable { .. }
                | RuntimeError::TimedOut { .. }
                | RuntimeError::Stalled { .. },
            ) => {
                sleep(PAUSE).await;
            }
            Err(error) => {
                console::complain(format_args!("the manager's answer did not arrive: {error}"));
                return;
            }
            Ok(()) => return,
        }
    }
}
