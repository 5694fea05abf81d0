use dacapo::prelude::*;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

static SEEN: Mutex<u64> = Mutex::new(0);

fn seen() -> &'static Mutex<u64> {
    &SEEN
}

fn cache() -> Result<Arc<Mutex<u64>>> {
    Ok(Arc::default())
}

fn board() -> Rc<RefCell<u64>> {
    thread_local!(static BOARD: Rc<RefCell<u64>> = Rc::default());
    BOARD.with(Rc::clone)
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let seen = seen(); // ERROR
    let cache = cache()?; // ERROR
    let board = board(); // ERROR
    info!("{} {} {}", seen.is_poisoned(), cache.is_poisoned(), board.borrow());
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
