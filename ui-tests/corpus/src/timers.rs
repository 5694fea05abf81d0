//! Time that passes while no process need run.

use dacapo::prelude::*;

use crate::fan_out::work_on;
use crate::monitoring::alert;

const DAY: Duration = Duration::from_hours(24);

/// The owner moves the date.
pub const RESCHEDULED: Event<Timestamp> = Event::new("rescheduled");
/// The customer looks at the cart again.
pub const CART_TOUCHED: Event<Vec<String>> = Event::new("cart_touched");
/// The customer has paid.
pub const CHECKED_OUT: Event<()> = Event::new("checked_out");

/// A reminder at a given time.
#[workflow]
pub async fn remind_at(ctx: &WorkflowContext, due: Timestamp, text: String) -> Result<()> {
    ctx.create_timer_at(due).name("reminder").await;
    alert(String::from("owner"), text).await?;
    Ok(())
}

/// A timer that can be moved while it runs.
#[workflow]
pub async fn updatable_timer(ctx: &WorkflowContext, mut due: Timestamp) -> Result<Timestamp> {
    loop {
        let moved = race((RESCHEDULED.recv(), ctx.create_timer_at(due))).await;
        match moved {
            OneOf2::First(later) => due = later?,
            OneOf2::Second(()) => return Ok(ctx.now()),
        }
    }
}

/// Work that is slow makes an excuse, and is then waited for.
#[workflow]
pub async fn apologise_when_slow(
    ctx: &WorkflowContext,
    part: u64,
    patience: Duration,
) -> Result<(u64, bool)> {
    let mut work = ctx.start(work_on(part));
    let first = race((&mut work, ctx.create_timer(patience))).await;
    if let OneOf2::First(done) = first {
        return Ok((done?, false));
    }
    alert("customer".to_owned(), "this takes a little longer".to_owned()).await?;
    Ok((work.await?, true))
}

/// Letters on days 0, 1, 3 and 7 after a sign-up.
#[workflow]
pub async fn drip_campaign(ctx: &WorkflowContext, address: String) -> Result<usize> {
    let begun = ctx.now();
    let letters = [(0, "welcome"), (1, "first steps"), (3, "a tip"), (7, "how do you like it?")];
    for (day, letter) in &letters {
        ctx.create_timer_at(begun + DAY * *day).await;
        alert(address.clone(), (*letter).to_owned()).await?;
    }
    Ok(letters.len())
}

/// A cart that nobody touches for a while is asked about once.
#[workflow]
pub async fn abandoned_cart(ctx: &WorkflowContext, mut items: Vec<String>, idle: Duration) -> Result<bool> {
    let mut is_reminded = false;
    while !items.is_empty() {
        select! {
            touched = CART_TOUCHED.recv() => items = touched?,
            paid = CHECKED_OUT.recv() => {
                paid?;
                return Ok(true);
            },
            () = ctx.create_timer(idle) => {
                if is_reminded {
                    break;
                }
                alert("customer".to_owned(), format!("your {} are waiting", items.join(" and "))).await?;
                is_reminded = true;
            }
        }
    }
    Ok(false)
}

/// An auction that closes when nobody has bid for a while, and knows its winner.
#[workflow]
pub async fn auction(ctx: &WorkflowContext, reserve: u64, idle: Duration) -> Result<Option<(String, u64)>> {
    /// Somebody's offer.
    const BID: Event<(String, u64)> = Event::new("bid");
    let mut best = None;
    while let Ok((bidder, offer)) = BID.recv().timeout(idle).await {
        let to_beat = best.as_ref().map_or(reserve, |(_, amount)| *amount);
        if offer > to_beat {
            ctx.set_custom_status((&bidder, offer))?;
            best = Some((bidder, offer));
        }
    }
    Ok(best)
}
