use dacapo::prelude::*;

use std::collections::{HashMap, HashSet};

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

type Stock = HashMap<String, u64>;

fn stock() -> Stock {
    Stock::from([("paperclip".to_owned(), 5)])
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let stock = stock();
    for (item, count) in &stock { // ERROR
        info!("{item} {count}");
    }
    for count in stock.values() { // ERROR
        charge(*count).await?;
    }
    let names: Vec<&String> = stock.keys().collect(); // ERROR
    info!("{names:?}");
    let seen = HashSet::from([count]);
    let doubled = seen.into_iter().map(|n| n * 2).collect::<Vec<_>>(); // ERROR
    info!("{doubled:?}");
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
