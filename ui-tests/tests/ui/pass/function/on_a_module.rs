#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

mod orders {
    #[dacapo::workflow]
    pub(super) async fn order() {}
}

const LIMIT: Duration = Duration::from_secs(1);

fn main() {}
