//! Last stage: the model becomes code. Every path is absolute, every made-up name begins with `__`.

mod activity;
mod call;
mod durable;
mod pure;
mod skeleton;
mod workflow;

pub(crate) use pure::render as pure;

use proc_macro2::TokenStream;

use crate::kind::Kind;
use crate::model::Model;

/// The items that replace the user's function.
pub(crate) fn render(model: &Model) -> TokenStream {
    match model.kind {
        Kind::Activity => activity::render(model),
        Kind::Workflow => workflow::render(model),
        Kind::Durable => durable::render(model),
        // Rendered from the item as it is.
        Kind::Pure => TokenStream::new(),
    }
}
