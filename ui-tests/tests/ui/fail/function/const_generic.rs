use dacapo::prelude::*;

#[workflow]
async fn order<const N: usize>(items: [u64; N]) -> usize { // ERROR
    items.len()
}

fn main() {}
