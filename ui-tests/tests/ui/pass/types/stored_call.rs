#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[durable]
async fn helper(amount: &u64) -> u64 {
    *amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let paid = charge(1);
    let timer = ctx.create_timer(Duration::from_secs(1));
    let helped = helper(&count);
    let both = (charge(2), charge(3));
    let all: Vec<_> = vec![charge(4)];
    let block = async { charge(5).await };
    if count > 1 {
        let _inner = ctx.start(charge(6).retry(RetryPolicy::new(3)));
        let _made: Vec<u64> = (0..count).collect();
    }
    let pair = (paid, timer).await;
    let text = format!("{:?} {} {:?} {:?} {:?}", pair, helped.await, both.await, all.await, block.await);
    info!("{text}");
    Ok(count + ctx.instance_id().len() as u64)
}
