use dacapo::prelude::*;

#[workflow]
#[activity] // ERROR
async fn order() -> Result<()> {
    Ok(())
}

fn main() {}
