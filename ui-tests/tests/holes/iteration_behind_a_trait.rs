//! A hash table behind a trait object or `impl Trait`.

use dacapo::prelude::*;

fn items() -> impl Iterator<Item = u64> {
    std::collections::HashSet::from([1, 2, 3]).into_iter()
}

#[workflow]
async fn order() -> Result<Vec<u64>> {
    let mut all = Vec::new();
    for item in items() {
        all.push(item);
    }
    Ok(all)
}
