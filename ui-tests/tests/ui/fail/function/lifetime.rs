use dacapo::prelude::*;

#[activity]
async fn notify<'a>(message: &'a str) {} // ERROR // ERROR: a lifetime and a borrow

fn main() {}
