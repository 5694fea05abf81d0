//! What running orders rely on does not change unnoticed: `dacapo.lock` holds the durable steps of every workflow.

use order_processor as _;

#[test]
fn the_workflows_keep_the_steps_of_the_lock_file() {
    dacapo::lock::check!();
}
