//! The attributes of Dacapo: [`macro@workflow`], [`macro@activity`] and [`macro@durable`].
//!
//! Use them through the crate `dacapo`, whose private module the generated code calls.

mod body;
mod catalogue;
mod check;
mod errors;
mod expand;
mod kind;
mod model;
mod parse;
mod render;
mod root;
mod spelling;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use kind::Kind;

/// Marks an async function that does what a workflow must not: I/O, clocks, randomness, any await.
#[proc_macro_attribute]
pub fn activity(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Kind::Activity, options.into(), item.into()).into()
}

/// Marks an async function that is replayed over its history after every pause or crash.
#[proc_macro_attribute]
pub fn workflow(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Kind::Workflow, options.into(), item.into()).into()
}

/// Marks an async helper of workflows, which runs inside the workflow that awaits it.
#[proc_macro_attribute]
pub fn durable(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Kind::Durable, options.into(), item.into()).into()
}
