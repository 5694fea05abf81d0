//! Marks of functions that strict workflows may call.

/// The type of the name of a function that is marked `#[pure]`.
#[diagnostic::on_unimplemented(
    message = "[DC0331] a type called `{Self}` is no mark of a function",
    label = "a strict workflow calls only functions marked `#[pure]`",
    note = "mark the function `#[pure]`, or answer for it with `trust(..)` in the attribute"
)]
pub trait Marked {}

/// Asks for the mark of a function: `const _: fn(total) = marked;`
pub fn marked<F: Marked>(_: F) {}
