//! `#[pure]`: the function as it is, its body with questions about types, and a type of its name beside it.

use proc_macro2::TokenStream;
use quote::quote;

use super::call;
use crate::body::Code;
use crate::model::{Attributes, Body};
use crate::parse::Item;
use crate::root::Root;

/// ```text
/// Input:
///     fn total(order: &Order) -> u64 { .. }
/// Output:
///     fn total(order: &Order) -> u64 { .. }
///     enum total {}
///     impl Marked for total {}
/// ```
pub(crate) fn render(item: Item, body: Option<Body>, root: &Root) -> TokenStream {
    let Attributes { conditions, lints, own } = Attributes::sort(item.attrs);
    let (vis, sig) = (&item.vis, &item.sig);
    let ident = &sig.ident;
    let Code { head, statements, .. } = match body {
        Some(Body::Rewritten(code)) => code,
        Some(Body::Raw(_)) | None => Code { statements: call::broken(), ..Code::default() },
    };
    let replayed = call::replayed_lints();
    let doc = format!("Says that the function `{ident}` is marked `#[pure]`.");
    let root = root.at(ident.span());
    quote! {
        #(#own)* #(#conditions)* #replayed #(#lints)*
        #vis #sig {
            #head
            #statements
        }

        #[doc = #doc]
        #[doc(hidden)]
        #[allow(non_camel_case_types, unreachable_pub, dead_code)]
        #(#conditions)*
        #vis enum #ident {}

        #(#conditions)*
        #[automatically_derived]
        impl #root::__private::Marked for #ident {}
    }
}
