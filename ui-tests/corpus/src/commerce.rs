//! Shops, banks and kitchens.

use std::collections::BTreeMap;

use dacapo::prelude::*;

use crate::billing::{charge, email};

/// Somebody who wants money from a bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Who.
    pub applicant: String,
    /// How much, in cents.
    pub amount: u64,
    /// What comes in each month, in cents.
    pub income: u64,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// Nothing against it.
    Clear,
    /// Somebody must look.
    Unclear {
        /// At what.
        reason: String,
    },
    /// No.
    Bad,
}

/// A score among the checks of an application.
#[activity(retry(max_attempts = 3, first_interval = "1s"))]
pub async fn credit_score(applicant: String) -> u32 {
    600 + u32::try_from(applicant.len()).unwrap_or(0) * 10
}

/// Compares a face with a passport.
#[activity]
pub async fn check_identity(applicant: String) -> Finding {
    if applicant.contains('?') { Finding::Unclear { reason: "blurred".to_owned() } } else { Finding::Clear }
}

/// Looks for somebody on lists.
#[activity]
pub async fn check_sanctions(applicant: String) -> Finding {
    if applicant == "nobody" { Finding::Bad } else { Finding::Clear }
}

/// Cooks a meal.
#[activity]
pub async fn cook(dish: String) -> Result<String> {
    Ok(format!("{dish}, hot"))
}

/// An agent's answer to an unclear finding.
pub const REVIEWED: Event<bool> = Event::new("reviewed");
/// A driver takes the order.
pub const PICKED_UP: Event<String> = Event::new("picked_up");
/// The driver is there.
pub const DROPPED_OFF: Event<Timestamp> = Event::new("dropped_off");

/// A loan: checks in parallel, the hard limits in the workflow.
#[workflow]
pub async fn loan_application(application: Application) -> Result<bool> {
    let Application { applicant, amount, income } = application;
    let (score, identity, sanctions) =
        (credit_score(applicant.clone()), check_identity(applicant.clone()), check_sanctions(applicant))
            .await;
    let score = score?;
    let findings = [identity?, sanctions?];
    let is_affordable = amount <= income * 36;
    let is_granted = match findings {
        [Finding::Clear, Finding::Clear] if score >= 650 => is_affordable,
        [Finding::Bad, _] | [_, Finding::Bad] => false,
        _ => REVIEWED.recv().timeout(Duration::from_hours(48)).await.unwrap_or(false) && is_affordable,
    };
    Ok(is_granted)
}

/// Knows its customer: each finding has its consequence, and all are reported.
#[workflow]
pub async fn know_your_customer(applicant: String) -> Result<BTreeMap<String, Finding>> {
    let checks: [(&str, ActivityCall<_>); 1] = [("identity", check_identity(applicant.clone()))];
    let mut report = BTreeMap::new();
    for (name, check) in checks {
        report.insert(name.to_owned(), check.await?);
    }
    report.insert("sanctions".to_owned(), check_sanctions(applicant.clone()).await?);
    let unclear = report.iter().filter(|(_, finding)| matches!(finding, Finding::Unclear { .. }));
    for (name, _) in unclear.map(|(name, finding)| (name.clone(), finding.clone())).collect::<Vec<_>>() {
        email("compliance".to_owned(), format!("{name} of {applicant}")).await?;
        let is_fine = REVIEWED.recv().await?;
        report.insert(name, if is_fine { Finding::Clear } else { Finding::Bad });
    }
    Ok(report)
}

/// Food: the kitchen and the driver, with a refund when it takes too long.
#[workflow]
pub async fn food_delivery(ctx: &WorkflowContext, customer: String, dishes: Vec<String>) -> Result<String> {
    let paid = charge(customer.clone(), 1_200 * dishes.len() as u64).await?;
    let meals = all(dishes.into_iter().map(cook).collect::<Vec<_>>()).await?;
    ctx.set_custom_status("ready")?;
    let Ok(driver) = PICKED_UP.recv().timeout(Duration::from_mins(20)).await else {
        email(customer, format!("sorry, you get {paid} back")).await?;
        return Ok("nobody came".to_owned());
    };
    ctx.set_custom_status(format!("with {driver}"))?;
    let left = ctx.now();
    let arrived = DROPPED_OFF.recv().await?;
    let minutes = arrived.duration_since(left).map_or(0, |taken| taken.as_secs() / 60);
    Ok(format!("{} after {minutes} min", meals.join(" and ")))
}

/// A gift card: who has spent it all is told so once.
#[workflow]
pub async fn gift_card(ctx: &WorkflowContext, mut balance: u64) -> Result<u64> {
    const SPEND: Event<u64> = Event::new("spend");
    let mut spent = 0;
    while balance > 0 {
        let wanted = SPEND.recv().await?;
        let Some(rest) = balance.checked_sub(wanted) else {
            warn!("only {balance} left");
            continue;
        };
        spent += wanted;
        balance = rest;
        ctx.set_custom_status(balance)?;
    }
    email("owner".to_owned(), String::from("your card is empty")).await?;
    Ok(spent)
}

/// A claim after an accident: small ones are paid at once.
#[workflow]
pub async fn insurance_claim(claim: Application) -> Result<u64> {
    let limit = if credit_score(claim.applicant.clone()).await? > 700 { 100_000 } else { 50_000 };
    let payout = match claim.amount {
        0 => return Ok(0),
        amount if amount <= limit => amount,
        amount => {
            let reviews = [REVIEWED.recv(), REVIEWED.recv()].await;
            let agreed = reviews.into_iter().filter(|review| matches!(review, Ok(true))).count() as u64;
            amount * agreed / 2
        }
    };
    Ok(charge("insurer".to_owned(), payout).await?)
}
