//! A program that forbids and denies all it can has nothing to say about generated code.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unused_qualifications,
    unreachable_pub,
    unused_results,
    missing_debug_implementations
)]
#![deny(
    rust_2018_idioms,
    single_use_lifetimes,
    let_underscore_drop,
    trivial_casts,
    unused_lifetimes,
    future_incompatible
)]
#![deny(
    keyword_idents,
    unused_import_braces,
    variant_size_differences,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements
)]
#![deny(
    missing_copy_implementations,
    redundant_lifetimes,
    unit_bindings,
    unused_macro_rules,
    nonstandard_style
)]

use core::convert::Infallible;
use core::option::Option;
use core::result::Result as StdResult;
use std::boxed::Box;

use dacapo::prelude::*;

/// The names that the generated code spells out are all in scope here.
#[derive(Debug, Clone, Copy)]
pub struct Names(Option<u8>);

/// An activity that nothing in this program calls.
#[activity(retry(max_attempts = 3, first_interval = "1s", max_interval = "1m", timeout = "1h"))]
pub async fn charge(ctx: &ActivityContext, rate: State<u64>, amount: u64) -> Result<u64> {
    Ok(amount * *rate + ctx.name().len() as u64)
}

/// A workflow that nothing in this program starts.
#[workflow]
pub async fn order(ctx: &WorkflowContext, amount: u64) -> Result<u64> {
    let settled = settle(&amount).await;
    let charged = async { charge(amount).await }.await?;
    Ok(charged + settled + ctx.instance_id().len() as u64)
}

/// A helper.
#[durable]
pub async fn settle(amount: &u64) -> u64 {
    *amount
}

#[activity]
async fn private_activity() -> StdResult<Box<u8>, String> {
    Ok(Box::new(7))
}

#[workflow]
async fn private_workflow() {
    let _result: StdResult<Box<u8>, Failure<String>> = private_activity().await;
}

fn main() {
    assert!(Names(None).0.is_none());
    let _infallible: StdResult<(), Infallible> = Ok(());
}
