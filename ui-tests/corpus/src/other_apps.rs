//! Work of other apps, in other languages, and instances that are nobody's child.

use dacapo::Propagation;
use dacapo::prelude::*;

/// An activity of the risk team's app, which is written in Python.
#[activity(app = "risk", name = "score_customer")]
pub async fn score_customer(customer: u64) -> f64;

/// A workflow of the billing team's app.
#[workflow(app = "billing", name = "CreateInvoice")]
pub async fn create_invoice(customer: u64, amount: u64) -> Result<String>;

/// Activities that our own app has too.
#[activity]
pub async fn ship(parcel: String) -> Result<String> {
    Ok(format!("{parcel} is on its way"))
}

/// Reads what its caller lets it read.
#[activity]
pub async fn audit(ctx: &ActivityContext, note: String) -> u32 {
    let events = ctx.propagated_history().map_or(0, |history| history.events().count());
    u32::try_from(events + note.len()).unwrap_or(u32::MAX)
}

/// One step at home, two abroad.
#[workflow]
pub async fn cross_app(customer: u64, amount: u64) -> Result<String> {
    let score = score_customer(customer).await?;
    if score < 0.5 {
        return Err(Error::with_type("TooRisky", format!("the score is {score:.2}")));
    }
    let invoice = create_invoice(customer, amount).await?;
    let shipped = ship(invoice.clone()).app("warehouse").await?;
    Ok(format!("{invoice}: {shipped}"))
}

/// The region is data: the app that is asked follows from it.
#[workflow]
pub async fn nearest_warehouse(parcel: String, regions: Vec<String>) -> Result<String> {
    for region in regions {
        let call = ship(parcel.clone()).app_in("logistics", format!("warehouse-{region}"));
        let policy = RetryPolicy::new(2).except("OutOfStock");
        match call.retry(policy).timeout(Duration::from_secs(30)).await {
            Ok(Ok(shipped)) => return Ok(shipped),
            Ok(Err(failure)) => info!(%failure, region, "next"),
            Err(Elapsed) => warn!(region, "too slow"),
        }
    }
    Err(Error::msg("no warehouse has it"))
}

/// Starts instances that go on when this one has ended.
#[workflow]
pub async fn dispatch(ctx: &WorkflowContext, parcels: Vec<String>) -> Result<Vec<String>> {
    let mut started = Vec::new();
    for parcel in parcels {
        let tomorrow = ctx.now() + Duration::from_hours(24);
        let call = deliver(parcel.clone()).id(format!("deliver-{parcel}")).start_at(tomorrow);
        started.push(ctx.start_detached(call.tag("parcel", parcel))?);
    }
    Ok(started)
}

/// What [`dispatch`] starts.
#[workflow]
pub async fn deliver(ctx: &WorkflowContext, parcel: String) -> Result<String> {
    let tags = ctx.tags();
    let label = tags.get("parcel").map_or("untagged", String::as_str);
    info!(label, "delivering");
    Ok(ship(parcel).await?)
}

/// Lets a child and an activity read the history so far.
#[workflow]
pub async fn propagating(parcel: String) -> Result<(u32, u32)> {
    ship(parcel.clone()).await?;
    let noted = audit(parcel.clone()).propagate(Propagation::OwnHistory).await?;
    let checked = checking(parcel).propagate(Propagation::Lineage).id("checking-1").await?;
    Ok((noted, checked))
}

/// Goes on only when the caller has shipped.
#[workflow]
pub async fn checking(ctx: &WorkflowContext, parcel: String) -> Result<u32> {
    let history = ctx.propagated_history();
    let shipped = history
        .and_then(|history| history.last_workflow("propagating"))
        .and_then(|caller| caller.last_activity("ship"))
        .filter(|call| call.completed);
    let Some(call) = shipped else {
        return Err(Error::with_type("NotShipped", format!("{parcel} was not shipped by the caller")));
    };
    Ok(audit(call.output.unwrap_or_default()).propagate(Propagation::Lineage).await?)
}

/// A child says who called it.
#[workflow]
pub async fn who_called(ctx: &WorkflowContext) -> String {
    match ctx.parent() {
        Some(parent) => format!("{} ({})", parent.name, parent.instance_id),
        None => "nobody".to_owned(),
    }
}
