use dacapo::prelude::*;

#[workflow] // ERROR
mod orders {
    pub async fn order() {}
}

fn main() {}
