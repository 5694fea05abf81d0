use dacapo::prelude::*;

macro_rules! log_it {
    ($count:expr) => {
        info!("{}", $count)
    };
}

#[workflow]
async fn order(count: u64) -> Result<u64> {
    log_it!(count); // ERROR
    Ok(count)
}

fn main() {}
