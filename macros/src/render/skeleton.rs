//! What the runtime is told about the steps of a body.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use crate::model::{Body, Model};
use crate::spelling::{compact, spelled};
use crate::steps::Steps;

/// `&Skeleton::new(..)`, and where the compiler is to know the calls: `&Skeleton::new(..).closed(&[callee(&pay)], &[])`
pub(super) fn skeleton(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let none = Steps::default();
    let steps = match &model.body {
        Some(Body::Rewritten(code)) => &code.steps,
        Some(Body::Raw(_)) | None => &none,
    };
    let (shape, signature) = (&steps.shape, signature(model));
    let calls = steps.calls.iter().map(name);
    let events = steps.events.iter().map(name);
    let name = model.ident.to_string();
    let closed = (model.is_closed && model.is_sound).then(|| {
        let callees = steps.calls.iter().map(|path| asked(model, path, &quote!(callee)));
        let received = steps.events.iter().map(|path| asked(model, path, &quote!(event_use)));
        quote!(.closed(&[#(#callees),*], &[#(#received),*]))
    });
    quote! {
        &#root::__private::Skeleton::new(
            ::core::option_env!("CARGO_PKG_NAME"), #name, #signature, #shape, &[#(#calls),*], &[#(#events),*]
        ) #closed
    }
}

/// The check of a lock, whose error stands at the fingerprint that was written.
pub(super) fn lock(model: &Model) -> Option<TokenStream> {
    let locked = model.locked.as_ref()?;
    let (marker, root) = (model.marker(), model.root.at(locked.span()));
    let check = quote_spanned!(locked.span()=> #root::__private::check_lock::<#marker>(#locked));
    Some(quote!(const _: () = #check;))
}

fn asked(model: &Model, path: &Path, question: &TokenStream) -> TokenStream {
    let span = path.span();
    let root = model.root.at(span);
    quote_spanned!(span=> #root::__private::#question(&#path))
}

/// The last name of a path, as people know the function.
fn name(path: &Path) -> String {
    spelled(path.segments.last().map(|segment| &segment.ident).to_token_stream())
}

/// `(Order) -> Result<OrderResult>`, as it is spelled.
fn signature(model: &Model) -> String {
    let inputs: Vec<_> = model.inputs().map(|input| compact(&input.typed.ty)).collect();
    format!("({}) -> {}", inputs.join(", "), compact(model.returned()))
}
