use dacapo::prelude::*;

use std::fs::File;
use std::sync::Mutex;
use std::time::Instant;

fn open() -> std::io::Result<File> {
    File::open("orders.csv")
}

fn begun() -> Instant {
    Instant::now()
}

struct Shop {
    stock: Mutex<u64>,
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let file = open(); // ERROR
    let begun = begun(); // ERROR
    let shop = Shop { stock: Mutex::new(count) };
    if let Ok(stock) = shop.stock.lock() {
        info!("{stock}");
    }
    let held = shop.stock.lock(); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
