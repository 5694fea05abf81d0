//! Helpers borrow, are generic, take the context or not, and are awaited, joined and called by each other.
#![deny(warnings)]
#![allow(clippy::multiple_bound_locations)]

use dacapo::prelude::*;

#[derive(Clone, Serialize, Deserialize)]
struct Order {
    id: String,
    lines: Vec<u64>,
}

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[durable]
async fn settle(order: &Order) -> Result<u64> {
    let mut total = 0;
    for line in &order.lines {
        total += charge(*line).await?;
    }
    Ok(total)
}

#[durable]
async fn name<'a>(ctx: &WorkflowContext, order: &'a Order, _other: &str) -> &'a str {
    ctx.create_timer(Duration::from_secs(1)).await;
    &order.id
}

#[durable]
async fn elided(order: &Order) -> &str {
    &order.id
}

#[durable]
async fn generic<T: Into<String>>(text: T, times: impl Fn(u64) -> u64) -> u64
where
    T: Clone,
{
    times(text.into().len() as u64)
}

#[durable]
async fn counted(mut tries: u64, (a, b): (u64, u64)) -> Result<u64> {
    while tries > 0 {
        if charge(tries).await? > a {
            return Ok(b);
        }
        tries -= 1;
    }
    settle(&Order { id: String::new(), lines: vec![a] }).await
}

#[durable]
pub(crate) async fn owned(order: Order) -> Order {
    charge(1).await.ok();
    order
}

#[workflow]
async fn process(order: Order) -> Result<u64> {
    let (settled, named) = (settle(&order), name(&order, "other")).await;
    let all = order.lines.iter().map(|line| counted(*line, (1, 2))).collect::<Vec<_>>().await;
    let sum = all.into_iter().sum::<Result<u64>>()?;
    let length = named.len() + elided(&order).await.len();
    let order = owned(order.clone()).await;
    Ok(settled? + sum + length as u64 + generic(order.id.as_str(), |n| n + 1).await)
}

fn main() {}
