use dacapo::prelude::*;

#[activity]
async fn show(count: u64) -> u64 {
    #[accept(DC0212, reason = "a demonstration")] // ERROR
    println!("{count}");
    count
}

fn main() {}
