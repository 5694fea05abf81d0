//! A function that iterates over a hash table for you.

use dacapo::prelude::*;

#[workflow]
async fn order(stock: std::collections::HashMap<String, u64>) -> Result<Vec<String>> {
    let mut items = Vec::new();
    items.extend(stock);
    Ok(items.into_iter().map(|(item, _)| item).collect())
}
