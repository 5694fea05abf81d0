//! The workflows of the crate without `std` run like any other.

use dacapo::prelude::*;
use dacapo::testing::TestEnv;
use no_std::{AGREED, Order, charge, order, ship};

fn wanted() -> Order {
    Order { lines: vec![("car".to_owned(), 5), ("bell".to_owned(), 2)], due: Timestamp::MAX }
}

#[tokio::test]
async fn an_order_that_is_agreed_to_is_paid_and_sent() -> Result<()> {
    let env = TestEnv::new();
    env.mock(charge, |amount: u64| async move { format!("receipt for {amount}") });
    env.mock(ship, |_: String| async {});
    let run = env.schedule(order(wanted())).await?;
    run.raise(AGREED, true).await?;
    assert_eq!(run.result().await?, "receipt for 7, all sent");
    let mut sent = env.calls(ship);
    // They run side by side.
    sent.sort();
    assert_eq!(sent, [("bell".to_owned(),), ("car".to_owned(),)]);
    Ok(())
}

#[tokio::test]
async fn an_order_that_nobody_agrees_to_is_given_up_after_an_hour() -> Result<()> {
    let env = TestEnv::new();
    let run = env.schedule(order(wanted())).await?;
    assert_eq!(run.result().await?, "not wanted");
    Ok(())
}
