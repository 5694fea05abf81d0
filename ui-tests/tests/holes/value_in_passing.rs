//! A value of the world outside that no variable holds.

use dacapo::prelude::*;

fn open() -> std::io::Result<std::fs::File> {
    std::fs::File::open("orders.csv")
}

#[workflow]
async fn order() -> Result<bool> {
    Ok(open().is_ok())
}
