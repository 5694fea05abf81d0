use dacapo::prelude::*;

#[activity]
async fn notify(message: impl Into<String>) -> Result<()> { // ERROR
    info!("{}", message.into());
    Ok(())
}

#[workflow]
async fn order() -> impl Serialize { // ERROR
    "done"
}

#[workflow]
async fn parent() -> Result<()> {
    notify("paid").await?;
    Ok(())
}

fn main() {}
