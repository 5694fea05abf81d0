#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn notify(message: String) -> Result<()> {
    info!("{message}");
    Ok(())
}

#[workflow]
async fn order() -> String {
    "done".into()
}

#[workflow]
async fn parent() -> Result<()> {
    notify("paid".into()).await?;
    Ok(())
}

fn main() {}
