#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

fn price() -> Rc<u64> {
    Rc::new(7)
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let price = price();
    let board = Rc::new(RefCell::new(count));
    let other = Rc::clone(&board);
    let names: Arc<Mutex<Vec<String>>> = Arc::default();
    info!("{price} {} {}", other.borrow(), names.is_poisoned());
    Ok(count + ctx.instance_id().len() as u64)
}
