use dacapo::pure;

#[pure]
async fn price(count: u64) -> u64 { // ERROR
    count
}

fn main() {}
