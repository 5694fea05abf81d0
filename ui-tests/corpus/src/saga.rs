//! What was done is undone when a later step fails.

use dacapo::prelude::*;

/// Why a booking fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum BookingError {
    /// Nothing is free.
    #[error("{0} is sold out")]
    SoldOut(String),
    /// The card is not good.
    #[error("the card was declined")]
    Declined,
}

/// A journey to be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trip {
    /// Who travels.
    pub traveller: String,
    /// The steps that fail, for trying things out.
    pub failing: Vec<String>,
}

/// Something that was booked and can be cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// What it is.
    pub what: String,
    /// Its number.
    pub number: u64,
}

/// A payment from one account to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Who pays.
    pub from: String,
    /// Who is paid.
    pub to: String,
    /// How much, in cents.
    pub amount: u64,
    /// Makes a repeated attempt recognisable.
    pub reference: String,
}

/// Books something.
#[activity]
pub async fn book(what: String, trip: Trip) -> Result<Booking, BookingError> {
    if trip.failing.contains(&what) {
        return Err(BookingError::SoldOut(what));
    }
    Ok(Booking { number: what.len() as u64, what })
}

/// Cancels what was booked.
#[activity(retry(max_attempts = 10, first_interval = "1s", backoff = 2.0, max_interval = "1m"))]
pub async fn cancel(booking: Booking) -> Result<()> {
    info!("{} {} is cancelled", booking.what, booking.number);
    Ok(())
}

/// Takes money from an account.
#[activity(retry(max_attempts = 3, first_interval = "100ms"))]
pub async fn withdraw(ctx: &ActivityContext, transfer: Transfer) -> Result<String, BookingError> {
    if transfer.amount > 1_000_000 {
        return Err(BookingError::Declined);
    }
    Ok(format!("{}-{}", transfer.reference, ctx.name()))
}

/// Puts money on an account.
#[activity]
pub async fn deposit(to: String, amount: u64) -> Result<String> {
    if to.is_empty() {
        return Err(Error::with_type("InvalidAccount", "there is no such account").non_retriable());
    }
    Ok(format!("{amount} to {to}"))
}

/// Takes one from a number.
#[activity]
pub async fn minus_one(number: i64) -> i64 {
    number - 1
}

/// Adds one to a number.
#[activity]
pub async fn plus_one(number: i64) -> i64 {
    number + 1
}

/// Divides, unless by zero.
#[activity(retry(max_attempts = 3, first_interval = "2ms"))]
pub async fn divide(dividend: i64, divisor: i64) -> Result<i64> {
    dividend.checked_div(divisor).ok_or_else(|| Error::with_type("DivisionByZero", "the divisor is zero"))
}

/// Books in order, and cancels in the opposite order when one fails.
#[workflow]
pub async fn book_trip(trip: Trip) -> Result<Vec<Booking>, BookingError> {
    let mut booked: Vec<Booking> = Vec::new();
    for what in ["car", "hotel", "flight"] {
        match book(what.to_owned(), trip.clone()).await {
            Ok(booking) => booked.push(booking),
            Err(failure) => {
                undo(&booked).await;
                return Err(failure.into_error().unwrap_or(BookingError::Declined));
            }
        }
    }
    Ok(booked)
}

/// Cancels everything that can be cancelled, the last first.
#[durable]
async fn undo(booked: &[Booking]) {
    for booking in booked.iter().rev() {
        if let Err(failure) = cancel(booking.clone()).await {
            error!(%failure, number = booking.number, "somebody must look at this");
        }
    }
}

/// All at once, and what succeeded is undone at once too.
#[workflow]
pub async fn book_trip_in_parallel(trip: Trip) -> Result<Vec<Booking>> {
    let calls = ["car", "hotel", "flight"].map(|what| book(what.to_owned(), trip.clone()));
    let (booked, failed): (Vec<_>, Vec<_>) = calls.await.into_iter().partition(Result::is_ok);
    let booked: Vec<Booking> = booked.into_iter().flatten().collect();
    let Some(Err(first)) = failed.into_iter().next() else { return Ok(booked) };
    for cancelled in booked.into_iter().map(cancel).collect::<Vec<_>>().await {
        cancelled?;
    }
    Err(first.into())
}

/// Moves money: when the second half fails, the first is taken back.
#[workflow]
pub async fn transfer_money(transfer: Transfer) -> Result<String> {
    let withdrawn = withdraw(transfer.clone()).await?;
    match deposit(transfer.to.clone(), transfer.amount).await {
        Ok(deposited) => Ok(format!("{withdrawn}, {deposited}")),
        Err(failure) if failure.details().error_type == "InvalidAccount" => {
            let refunded = deposit(transfer.from, transfer.amount).await?;
            Err(Error::with_type("Refunded", format!("{failure}; {refunded}")))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Tutorial: a step is retried, then compensated, and the status says so.
#[workflow]
pub async fn resiliency_and_compensation(ctx: &WorkflowContext, number: i64, divisor: i64) -> Result<i64> {
    let less = minus_one(number).await?;
    if let Ok(divided) = divide(100, divisor).await {
        return Ok(less + divided);
    }
    let same = plus_one(less).await?;
    ctx.set_custom_status("Compensated minus_one activity with plus_one activity.")?;
    Ok(same)
}

/// A list of things to undo, kept as values.
#[derive(Default)]
struct Compensations(Vec<Compensation>);

enum Compensation {
    Cancel(Booking),
    PayBack { to: String, amount: u64 },
}

impl Compensations {
    fn add(&mut self, compensation: Compensation) -> &mut Self {
        self.0.push(compensation);
        self
    }
}

/// Runs the compensations, newest first.
#[durable]
async fn compensate(Compensations(list): Compensations) -> Result<()> {
    for compensation in list.into_iter().rev() {
        match compensation {
            Compensation::Cancel(booking) => cancel(booking).await?,
            Compensation::PayBack { to, amount } => {
                deposit(to, amount).await?;
            }
        }
    }
    Ok(())
}

/// The same with a stack of compensations, and `?` in an inner block.
#[workflow]
pub async fn package_tour(trip: Trip, transfer: Transfer) -> Result<String> {
    let mut compensations = Compensations::default();
    let outcome = async {
        let hotel = book("hotel".to_owned(), trip.clone()).await?;
        compensations.add(Compensation::Cancel(hotel.clone()));
        let paid = withdraw(transfer.clone()).await?;
        compensations.add(Compensation::PayBack { to: transfer.from.clone(), amount: transfer.amount });
        let flight = book("flight".to_owned(), trip.clone()).await?;
        Ok::<_, Error>(format!("{paid}: hotel {}, flight {}", hotel.number, flight.number))
    }
    .await;
    if outcome.is_err() {
        compensate(compensations).await?;
    }
    outcome
}
