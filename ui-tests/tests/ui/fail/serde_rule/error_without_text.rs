use dacapo::prelude::*;

struct Declined;

#[activity]
async fn charge() -> Result<(), Declined> { // ERROR
    Err(Declined)
}

fn main() {}
