//! What the rules by type must not mistake: types that are told late, moved and borrowed values, and names in capitals.
#![deny(warnings)]
#![allow(dead_code, clippy::upper_case_acronyms)]

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt::Display;

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

const EVENT: Event<u64> = Event::new("event");

#[derive(Clone, Copy, PartialEq)]
enum Color {
    RED,
    GREEN(u8),
}

enum Either<A, B> {
    LEFT(A),
    RIGHT(B),
}

fn make<T: Default>() -> T {
    T::default()
}

fn shown(value: impl Display) -> impl Display {
    value
}

#[workflow]
async fn told_late(text: String) -> Result<u32> {
    let number = text.parse().unwrap_or_default();
    let bytes: Vec<u8> = text.bytes().collect();
    let mut all = Vec::new();
    {
        let inner = make();
        all.push(inner);
    }
    let wide = u32::from(*all.first().unwrap_or(&7u16));
    let sum = bytes.iter().map(|byte| u32::from(*byte)).sum();
    let total = [number, sum, wide].into_iter().max();
    let last = make();
    total.map_or(Ok(last), Ok)
}

#[workflow]
async fn moved_and_borrowed(mut items: VecDeque<String>) -> Result<String> {
    let first = items.pop_front().unwrap_or_default();
    let moved = shown(first.clone()).to_string();
    let taken = moved;
    let borrowed = items.iter_mut().next();
    if let Some(borrowed) = borrowed {
        borrowed.push('x');
    }
    let joined = std::mem::take(&mut items).into_iter().collect::<Vec<_>>().join(&taken);
    drop(taken);
    let boxed: Box<dyn Fn(&str) -> String> = Box::new(|text: &str| text.to_uppercase());
    let maybe = joined.split(' ').next().map(boxed);
    match maybe {
        Some(text) => return Ok(text),
        None => Ok(first),
    }
}

#[workflow]
async fn names_in_capitals(ctx: &WorkflowContext) -> Result<u64> {
    const LOCAL: u64 = 7;
    let color = if ctx.name().is_empty() { Color::RED } else { Color::GREEN(1) };
    let either: Either<u64, String> =
        if color == Color::RED { Either::LEFT(LOCAL) } else { Either::RIGHT(String::new()) };
    let received = EVENT.recv().timeout(Duration::from_secs(1)).await;
    Ok(match either {
        Either::LEFT(number) => number + received.unwrap_or(u64::MAX),
        Either::RIGHT(text) => text.len() as u64 + u64::from(u8::MAX),
    })
}

#[workflow]
async fn looks_up(stock: HashMap<String, u64>, seen: HashSet<u64>) -> Result<BTreeMap<String, u64>> {
    let count = stock.get("car").copied().unwrap_or(0);
    if !seen.contains(&count) && seen.len() == stock.len() {
        charge(count).await?;
    }
    for number in [1, 2, 3].iter().chain(&[4]) {
        charge(*number).await?;
    }
    for word in "a b".split(' ') {
        info!("{word}");
    }
    Ok(BTreeMap::from_iter(stock))
}

#[workflow]
async fn leaves_early(count: u64) -> Result<u64> {
    let fine = u32::try_from(count);
    if count > 3 {
        let text = shown(count).to_string();
        return Ok(text.len() as u64);
    }
    loop {
        let next = u64::from(fine.is_ok());
        if charge(next).await? > 0 {
            break Ok(next);
        }
    }
}

#[workflow]
async fn conditions(count: u64) -> Result<u64> {
    #[cfg(any())]
    let missing = no_such_function(NO_SUCH_CONST);
    #[cfg(not(any()))]
    let there = u32::try_from(count);
    Ok(u64::from(there.is_ok()))
}

fn main() {}
