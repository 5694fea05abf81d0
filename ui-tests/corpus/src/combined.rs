//! Several patterns at once: an order and its shipment.

use std::collections::BTreeMap;

use dacapo::prelude::*;

/// What somebody wants to buy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub id: String,
    /// Items and how many of each.
    pub lines: BTreeMap<String, u32>,
    /// Where it goes.
    pub country: String,
}

/// What the warehouse says about one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// The item.
    pub item: String,
    /// Whether there is enough.
    pub is_enough: bool,
}

/// How a shipment ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Shipment {
    /// It is there.
    Delivered {
        /// Who signed.
        signed_by: String,
    },
    /// It came back.
    Returned,
}

/// The shipper reports.
pub const SHIPMENT: Event<Shipment> = Event::new("shipment-registered-events");

/// Where we send to.
const COUNTRIES: &[&str] = &["NL", "BE", "DE"];

/// Looks an item up.
#[activity]
pub async fn check_stock(item: String, count: u32) -> Stock {
    Stock { is_enough: count < 100, item }
}

/// Whether we deliver to a country.
#[activity]
pub async fn check_destination(country: String) -> bool {
    COUNTRIES.contains(&country.as_str())
}

/// Takes the money.
#[activity]
pub async fn take_payment(order: Order) -> Result<u64> {
    Ok(order.lines.values().map(|count| u64::from(*count) * 10).sum())
}

/// Gives the money back.
#[activity]
pub async fn return_payment(order_id: String, amount: u64) -> Result<()> {
    info!("{order_id} gets {amount} back");
    Ok(())
}

/// Publishes the shipment for the other service.
#[activity]
pub async fn publish(topic: String, order: Order) -> Result<()> {
    info!("{topic}: {}", order.id);
    Ok(())
}

/// Checks at once, pays, hands over, waits for the other service, and pays back when it fails.
#[workflow]
pub async fn order_workflow(order: Order, patience: Duration) -> Result<String> {
    let stock = order.lines.iter().map(|(item, count)| check_stock(item.clone(), *count));
    let (stock, reachable) = (stock.collect::<Vec<_>>(), check_destination(order.country.clone())).await;
    let stock = stock.into_iter().collect::<Result<Vec<_>, _>>()?;
    let missing: Vec<&str> =
        stock.iter().filter(|line| !line.is_enough).map(|line| line.item.as_str()).collect();
    if !missing.is_empty() {
        return Ok(format!("out of stock: {}", missing.join(", ")));
    }
    if !reachable? {
        return Ok(format!("we do not deliver to {}", order.country));
    }

    let paid = take_payment(order.clone()).await?;
    publish("shipments".to_owned(), order.clone()).await?;
    match SHIPMENT.recv().timeout(patience).await {
        Ok(Shipment::Delivered { signed_by }) => {
            Ok(format!("{} paid {paid}, signed by {signed_by}", order.id))
        }
        Ok(Shipment::Returned) | Err(EventError::Elapsed) => {
            return_payment(order.id, paid).await?;
            Ok(format!("paid back {paid}"))
        }
        Err(other) => Err(other)?,
    }
}

/// The other service: drives, and tries again the next day when nobody is there.
#[workflow]
pub async fn shipping(ctx: &WorkflowContext, order: Order, days: u32) -> Result<Shipment> {
    const SIGNED: Event<String> = Event::new("signed");
    for day in 1..=days {
        ctx.set_custom_status(serde_json::json!({ "order": order.id, "day": day }))?;
        let signed = SIGNED.recv().timeout(Duration::from_hours(8)).await;
        if let Ok(signed_by) = signed {
            return Ok(Shipment::Delivered { signed_by });
        }
        publish(format!("missed-{day}"), order.clone()).await?;
    }
    Ok(Shipment::Returned)
}

/// Runs both and waits for both, as one transaction over two children.
#[workflow]
pub async fn order_and_ship(ctx: &WorkflowContext, order: Order) -> Result<(String, Shipment)> {
    let id = ctx.instance_id();
    let patience = Duration::from_hours(3 * 24);
    let ordering = order_workflow(order.clone(), patience).id(format!("{id}-order"));
    let shipping = shipping(order, 3).id(format!("{id}-shipping"));
    let (ordered, shipped) =
        all((async { ordering.await.map_err(Error::from) }, async { shipping.await.map_err(Error::from) }))
            .await?;
    Ok((ordered, shipped))
}
