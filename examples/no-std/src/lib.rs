//! A crate of workflows without the standard library.
//!
//! Nothing in this crate can name a clock, a file, a socket, a thread, the environment, `HashMap` or `println!`: there is no
//! `std` to name it in. That holds for helpers and methods too, which no attribute sees. Activities are declared by their
//! signatures; a program with the standard library has their bodies, under the same names.
//!
//! What this does not show: `dacapo` itself and the other dependencies do use the standard library, so a function of a
//! dependency could still read a clock.

#![no_std]

extern crate alloc;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use dacapo::prelude::*;

/// What a customer wants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// What, and how much one costs.
    pub lines: Vec<(String, u64)>,
    /// Until when it can be paid.
    pub due: Timestamp,
}

impl Order {
    /// The price of everything.
    pub fn total(&self) -> u64 {
        self.lines.iter().map(|(_, price)| price).sum()
    }
}

/// The customer agrees to the price.
pub const AGREED: Event<bool> = Event::new("agreed");

/// Takes the money; its body is in the program that runs the worker.
#[activity]
pub async fn charge(amount: u64) -> String;

/// Sends one thing.
#[activity]
pub async fn ship(item: String) -> ();

/// Asks, takes the money, and sends everything.
#[workflow]
pub async fn order(ctx: &WorkflowContext, order: Order) -> Result<String> {
    if !agreed(&order).await? || ctx.now() > order.due {
        return Ok(String::from("not wanted"));
    }
    let receipt = charge(order.total()).await?;
    for shipped in order.lines.into_iter().map(|(item, _)| ship(item)).collect::<Vec<_>>().await {
        shipped?;
    }
    info!("order {} is on its way", ctx.instance_id());
    Ok(format!("{receipt}, all sent"))
}

/// Whether the customer agrees within an hour.
#[durable]
async fn agreed(order: &Order) -> Result<bool> {
    if order.total() == 0 {
        return Ok(true);
    }
    match AGREED.recv().timeout(Duration::from_secs(3600)).await {
        Ok(agreed) => Ok(agreed),
        Err(EventError::Elapsed) => Ok(false),
        Err(undecodable) => Err(undecodable.into()),
    }
}
