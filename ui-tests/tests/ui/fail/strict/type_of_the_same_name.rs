use dacapo::prelude::*;

#[allow(non_camel_case_types)]
enum rate {}

fn rate() -> u64 {
    7
}

#[workflow(strict)]
async fn order(count: u64) -> u64 {
    count * rate() // ERROR
}

fn main() {}
