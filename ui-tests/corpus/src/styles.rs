//! The same few steps in the many ways that people write Rust.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::rc::Rc;

use dacapo::prelude::*;
use tracing::Level;

use crate::fan_out::{quote, work_on};

/// A table in capitals, which never changes.
static RATES: [(&str, u64); 2] = [("NL", 21), ("DE", 19)];
/// As a constant.
const DEFAULT_RATE: u64 = 20;

/// Something that can be bought, with methods that are called like ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Item {
    name: String,
    price: u64,
}

impl Item {
    /// An item.
    #[must_use]
    pub fn new(name: &str, price: u64) -> Self {
        Self { name: name.to_owned(), price }
    }

    fn id(&mut self) -> usize {
        self.price += 1;
        self.name.len()
    }

    fn now(&self) -> u64 {
        self.price
    }
}

fn tax(country: &str, amount: u64) -> u64 {
    let rate = RATES.iter().find(|(known, _)| *known == country).map_or(DEFAULT_RATE, |(_, rate)| *rate);
    amount * rate / 100
}

fn label(item: &Item) -> Cow<'_, str> {
    if item.name.is_empty() { Cow::Borrowed("nothing") } else { Cow::Owned(item.name.to_uppercase()) }
}

/// Statics that do not change, helpers that compute, methods with names of ours.
#[workflow]
pub async fn plain_code(mut items: Vec<Item>) -> Result<u64> {
    let mut total = 0;
    for item in &mut items {
        item.id();
        let price = item.now();
        total += work_on(price).await? + tax("NL", price) + RATES.len() as u64;
    }
    let labels = items.iter().map(label).collect::<Vec<_>>().join(",");
    debug!(%labels, count = items.len(), level = ?Level::INFO, "labelled {0}", items.len());
    Ok(total)
}

/// Collections whose order does not matter, and ones that have an order.
#[workflow]
pub async fn collections(items: Vec<Item>) -> Result<Vec<String>> {
    let mut seen = HashSet::new();
    let unique: Vec<&Item> = items.iter().filter(|item| seen.insert(item.name.clone())).collect();
    let by_name: HashMap<&str, &Item> = unique.iter().map(|item| (item.name.as_str(), *item)).collect();
    let mut heap = BinaryHeap::new();
    for item in &unique {
        heap.push(Reverse((item.price, item.name.as_str())));
    }
    let mut names = Vec::new();
    while let Some(Reverse((_, name))) = heap.pop() {
        if by_name.contains_key(name) {
            names.push(name.to_owned());
        }
    }
    let sorted: BTreeMap<String, usize> = names.iter().cloned().zip(1..).collect();
    for (name, place) in &sorted {
        trace!(name, place);
    }
    if let Some(first) = sorted.keys().next() {
        quote(first.clone(), "sample".to_owned()).await?;
    }
    Ok(names)
}

/// State of the instance in cells: it lives in the workflow and is made anew by a replay.
#[workflow]
pub async fn local_cells(parts: Vec<u64>) -> Result<(u64, usize)> {
    let total = Cell::new(0);
    let log = Rc::new(RefCell::new(Vec::new()));
    let jobs = parts.into_iter().map(|part| {
        let (log, total) = (Rc::clone(&log), &total);
        async move {
            let square = work_on(part).await?;
            total.set(total.get() + square);
            log.borrow_mut().push(square);
            Ok::<(), Error>(())
        }
    });
    for job in jobs.collect::<Vec<_>>().await {
        job?;
    }
    let count = log.borrow().len();
    Ok((total.get(), count))
}

/// Closures, async closures, nested functions and items in the body.
#[workflow]
pub async fn closures(parts: Vec<u64>) -> Result<u64> {
    fn is_small(part: u64) -> bool {
        part < 100
    }
    const FACTOR: u64 = 3;
    struct Weighted(u64);
    impl Weighted {
        fn value(&self) -> u64 {
            self.0 * FACTOR
        }
    }
    let add = |a: u64| move |b: u64| a + b;
    let squared = async move |part: u64| work_on(part).await;
    let mut sum = 0;
    for part in parts.into_iter().filter(|part| is_small(*part)) {
        let square = squared(part).await?;
        sum = add(sum)(Weighted(square).value());
    }
    Ok(sum)
}

/// Results by combinators, defaults, and `?` on options.
#[workflow]
pub async fn combinators(item: Option<Item>) -> Result<String> {
    let call = item.as_ref().map(|item| quote(item.name.clone(), "it".to_owned()));
    let price = call.await.transpose()?;
    let known = price.map_or_else(|| "unknown".to_owned(), |price| price.to_string());
    let first = || -> Option<char> { known.chars().next().filter(char::is_ascii_digit) };
    Ok(match first() {
        Some(digit @ '1'..='9') => format!("{digit}.."),
        Some(_) | None => known,
    })
}

/// Awaits where expressions may stand: conditions, arguments, indices, ranges, matches, tuples.
#[workflow]
pub async fn awaits_everywhere(parts: Vec<u64>) -> Result<u64> {
    let table = [1, 2, 3, 5, 8];
    let place = usize::try_from(work_on(1).await?)?;
    let chosen = table[usize::try_from(work_on(1).await?)?] + table.get(place).copied().unwrap_or(0);
    if work_on(chosen).await? > 3 && !parts.is_empty() {
        let text = format!("{} and {second}", work_on(2).await?, second = work_on(3).await?);
        info!("{text}");
    }
    let mut list = vec![work_on(1).await?];
    list.extend(work_on(2).await);
    let mut total = 0;
    for number in 0..work_on(2).await? {
        total += number * list.iter().sum::<u64>();
    }
    while total < work_on(10).await? {
        total += 10;
    }
    let pair = (work_on(total).await?, if total > 5 { work_on(1).await? } else { 0 });
    Ok(match work_on(pair.1).await {
        Ok(one) if one == pair.1 => pair.0,
        Ok(other) => other,
        Err(failure) => return Err(failure.into()),
    })
}

/// A helper that is generic, borrows and takes a closure.
#[durable]
async fn first_where<T: AsRef<str> + Clone>(names: &[T], fits: impl Fn(u64) -> bool) -> Result<Option<T>> {
    for name in names {
        let price = quote(name.as_ref().to_owned(), String::new()).await?;
        if fits(price) {
            return Ok(Some(name.clone()));
        }
    }
    Ok(None)
}

/// Helpers are awaited, joined and raced as calls are.
#[workflow]
pub async fn with_helpers(ctx: &WorkflowContext, names: Vec<String>) -> Result<Option<String>> {
    let (cheap, dear) =
        (first_where(&names, |price| price < 400), first_where(&names, |price| price >= 400)).await;
    let either = cheap?.or(dear?);
    let limited = first_where(&["a", "bb"], |price| price > 1_000).timeout(Duration::from_secs(9)).await;
    if matches!(limited, Err(Elapsed)) {
        return Ok(None);
    }
    match race((first_where(&names, |_| true), ctx.create_timer(Duration::from_mins(1)))).await {
        OneOf2::First(found) => Ok(either.or(found?)),
        OneOf2::Second(()) => Ok(either),
    }
}

/// Says what it does, by span and field.
#[workflow]
pub async fn traced(ctx: &WorkflowContext, part: u64) -> Result<u64> {
    let span = tracing::info_span!("step", part, instance = ctx.instance_id());
    let doubled = span.in_scope(|| {
        tracing::debug!("doubling");
        part * 2
    });
    if tracing::enabled!(Level::TRACE) {
        trace!(replaying = ctx.is_replaying());
    }
    tracing::event!(target: "audit", Level::INFO, doubled, "before the step");
    Ok(work_on(doubled).await?)
}

/// Nothing in and nothing out.
#[workflow]
pub async fn nothing() {}

/// The whole input is one value of a foreign shape.
#[workflow]
pub async fn any_json(input: serde_json::Value) -> Result<serde_json::Value> {
    let amount = input.get("amount").and_then(serde_json::Value::as_u64).unwrap_or_default();
    let squared = work_on(amount).await?;
    let keys: Vec<&String> = input.as_object().map(|object| object.keys().collect()).unwrap_or_default();
    Ok(serde_json::json!({ "squared": squared, "keys": keys }))
}
