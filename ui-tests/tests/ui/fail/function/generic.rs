use dacapo::prelude::*;

#[activity]
async fn store<T: Serialize>(value: T) -> Result<()> { // ERROR
    let _ = value;
    Ok(())
}

#[workflow]
async fn order() -> Result<()> {
    store(1).await?;
    Ok(())
}

fn main() {}
