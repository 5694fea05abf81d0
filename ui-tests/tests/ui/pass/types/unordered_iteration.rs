#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

use std::collections::{BTreeMap, HashMap, HashSet};

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
    let mut stock = stock();
    stock.insert("car".to_owned(), count);
    let cars = stock.get("car").copied().unwrap_or_default() + stock.len() as u64;
    let seen = HashSet::from([count]);
    info!("{}", seen.contains(&cars));
    #[accept(DC0312, reason = "a sum has no order")]
    let total: u64 = stock.values().sum();
    info!("{total}");
    let stock = BTreeMap::from_iter(stock);
    for (item, count) in &stock {
        info!("{item} {count}");
    }
    for count in stock.values() {
        charge(*count).await?;
    }
    let names: Vec<&String> = stock.keys().collect();
    info!("{names:?}");
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
