//! No parameter, one, several, with context and state in any number.
#![deny(warnings)]

use std::collections::BTreeMap;

use dacapo::prelude::*;

struct Bank;
struct Mail(u64);

#[activity]
async fn none() {}

#[activity]
async fn context_only(ctx: &ActivityContext) -> String {
    ctx.name().to_owned()
}

#[activity]
async fn unnamed_context(_: &ActivityContext, one: u8) -> u8 {
    one
}

#[activity]
async fn states(bank: State<Bank>, mut one: Vec<u64>, mail: State<Mail>, two: BTreeMap<String, u64>) -> u64 {
    let _: &Bank = &bank;
    one.push(mail.0);
    one.into_iter().sum::<u64>() + two.into_values().sum::<u64>()
}

#[activity]
async fn eight(
    a: u8,
    b: String,
    c: Option<u8>,
    d: (),
    e: (u8, u8),
    f: [u8; 2],
    g: Box<u8>,
    h: f64,
) -> (u8, String) {
    let _ = (c, d, e, f, g, h);
    (a, b)
}

#[workflow]
async fn order(_: &WorkflowContext, mut total: u64) -> Result<u64> {
    none().await?;
    context_only().await?;
    total += u64::from(unnamed_context(1).await?);
    total += states(vec![1], BTreeMap::new()).await?;
    eight(1, "b".into(), None, (), (1, 2), [1, 2], Box::new(7), 1.0).await?;
    Ok(total)
}

#[workflow]
async fn nothing() {}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    let ctx = ActivityContext::test().with_state(Bank).with_state(Mail(2));
    assert_eq!(runtime.block_on(states.run(&ctx, (vec![1], BTreeMap::from([("x".to_owned(), 4)])))), 7);
    let _ = (order(1), nothing());
}
