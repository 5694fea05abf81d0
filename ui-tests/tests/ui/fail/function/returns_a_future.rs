use dacapo::prelude::*;

#[workflow]
async fn order() -> std::future::Ready<u64> { // ERROR
    std::future::ready(7)
}

fn main() {}
