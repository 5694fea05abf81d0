use dacapo::prelude::*;

#[activity]
struct Charge; // ERROR

#[workflow]
mod orders {} // ERROR

fn main() {}
