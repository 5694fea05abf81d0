use dacapo::prelude::*;

#[workflow]
const async fn order() {} // ERROR

fn main() {}
