//! A workflow may start itself as a child.
#![deny(warnings)]

use dacapo::prelude::*;

#[workflow]
async fn fibonacci(n: u64) -> Result<u64> {
    if n < 2 {
        return Ok(n);
    }
    let (a, b) = (fibonacci(n - 1), fibonacci(n - 2)).await;
    Ok(a? + b?)
}

fn main() {}
