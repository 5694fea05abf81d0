//! A hash table as an argument.

use dacapo::prelude::*;

#[activity]
async fn ship(stock: std::collections::HashMap<String, u64>) -> usize {
    stock.len()
}

#[workflow]
async fn order(stock: std::collections::HashMap<String, u64>) -> Result<usize> {
    Ok(ship(stock).await?)
}
