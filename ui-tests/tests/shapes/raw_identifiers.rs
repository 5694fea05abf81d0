//! A raw identifier is named without its `r#`.
#![deny(warnings)]

use dacapo::prelude::*;

#[activity]
async fn r#type(r#match: String) -> String {
    r#match
}

#[workflow]
async fn r#loop(r#in: String) -> Result<String> {
    let r#for = r#type(r#in).await?;
    Ok(r#for)
}

fn main() {
    assert_eq!((r#type.name(), r#loop.name()), ("type", "loop"));
}
