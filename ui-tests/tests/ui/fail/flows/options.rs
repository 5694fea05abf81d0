
#[dacapo::flows(strict)] // ERROR
mod orders {}

fn main() {}
