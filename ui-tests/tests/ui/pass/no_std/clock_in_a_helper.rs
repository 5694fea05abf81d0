#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

struct Order {
    placed: Timestamp,
}

impl Order {
    fn is_old(&self, now: Timestamp) -> bool {
        self.placed < now
    }
}

#[workflow]
async fn order(ctx: &WorkflowContext, placed: Timestamp) -> bool {
    Order { placed }.is_old(ctx.now())
}
