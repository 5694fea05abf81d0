//! Every form of code in which an await can stand.
#![deny(warnings)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn flow(ctx: &WorkflowContext, items: Vec<u64>) -> Result<u64> {
    let Some(first) = items.first() else {
        return Ok(charge(0).await?);
    };
    let mut total = charge(*first).await?;
    'rounds: for item in &items {
        loop {
            match charge(*item).await {
                Ok(amount) if amount > 7 => break 'rounds,
                Ok(amount) => total += amount,
                Err(failure) => return Err(failure.into()),
            }
            if charge(1).await? == 1 {
                break;
            }
        }
    }
    while let Ok(amount) = charge(total).await {
        if amount > 3 {
            break;
        }
        total += 1;
    }
    total += if charge(1).await? > 0 { charge(2).await? } else { charge(3).await? };
    let value = 'block: {
        if total > 7 {
            break 'block charge(7).await?;
        }
        total
    };
    fn nested(n: u64) -> u64 {
        n + 1
    }
    struct Sum {
        of: u64,
    }
    let sum = Sum { of: charge(nested(value)).await? + -(charge(1).await? as i64) as u64 };
    Ok(sum.of + ctx.instance_id().len() as u64)
}

#[workflow]
async fn joins(ctx: &WorkflowContext, items: Vec<u64>) -> Result<u64> {
    let (a, b) = (charge(1), charge(2)).await;
    let [c, d] = [charge(3), charge(4)].await;
    let all = items.iter().map(|item| charge(*item)).collect::<Vec<_>>().await;
    let blocks = items.iter().map(|item| async move {
        let first = charge(*item).await?;
        Ok(charge(first).await? + ctx.name().len() as u64)
    });
    let blocks: Vec<Result<u64>> = blocks.collect::<Vec<_>>().await;
    let by_reference = items.iter().map(|_| async { charge(1).await });
    let by_reference = by_reference.collect::<Vec<_>>().await;
    let closures = items.iter().map(async move |item| -> Result<u64> { Ok(charge(*item).await?) });
    let closures = closures.collect::<Vec<_>>().await;
    let maybe = items.first().map(|item| charge(*item)).await.transpose()?;
    let either = race((charge(1), ctx.create_timer(Duration::from_secs(1)))).await;
    let won = match either {
        OneOf2::First(charged) => charged?,
        OneOf2::Second(()) => 0,
    };
    let mut borrowed = 0;
    async {
        borrowed += charge(1).await?;
        Result::<()>::Ok(())
    }
    .await?;
    let text = format!("charged {} and {:?}", charge(2).await?, vec![async { charge(3).await }].await);
    info!("{text}");
    assert_eq!(charge(1).await?, 1, "charged {}", charge(2).await?);
    let sum = [a, b, c, d]
        .into_iter()
        .chain(all)
        .chain(by_reference)
        .map(|charged| charged.unwrap_or(0))
        .sum::<u64>();
    let more = blocks.into_iter().chain(closures).map(|charged| charged.unwrap_or(0)).sum::<u64>();
    Ok(sum + more + maybe.unwrap_or(0) + won + borrowed)
}

#[workflow]
async fn plain_result(n: u64) -> u64 {
    if n > 7 {
        return plain_result(n - 1).continue_as_new().drop_events().await;
    }
    match charge(n).await {
        Ok(n) => plain_result(n).continue_as_new().await,
        Err(_) => 7,
    }
}

#[workflow]
async fn ends_with_return(seen: Vec<u64>) -> Result<Vec<u64>> {
    let longer = [seen, vec![charge(1).await?]].concat();
    if longer.len() == 3 {
        return Ok(longer);
    }
    return ends_with_return(longer).continue_as_new().await;
}

fn main() {}
