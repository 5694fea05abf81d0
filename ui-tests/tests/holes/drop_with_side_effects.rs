//! `Drop` with side effects.

use dacapo::prelude::*;

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        println!("gone");
    }
}

#[workflow]
async fn order(ctx: &WorkflowContext) -> Result<()> {
    let guard = Guard;
    ctx.create_timer(Duration::from_secs(1)).await;
    drop(guard);
    Ok(())
}
