//! Expansions as a person reads them, and what each mistake is told.

mod expansions;
mod messages;

use proc_macro2::TokenStream;

use crate::expand::expand;
use crate::kind::Kind;

/// The formatted expansion of one attribute on one item.
fn expansion(kind: Kind, options: TokenStream, item: TokenStream) -> String {
    let tokens = expand(kind, options, item);
    let file = syn_for_prettyplease(&tokens);
    prettyplease::unparse(&file)
}

fn syn_for_prettyplease(tokens: &TokenStream) -> syn::File {
    syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error} in\n{tokens}"))
}

/// The messages of every `compile_error!` in an expansion.
fn messages(kind: Kind, options: TokenStream, item: TokenStream) -> Vec<String> {
    let file = syn_for_prettyplease(&expand(kind, options, item));
    let errors = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last()?.ident == "compile_error" => {
            Some(item.mac.parse_body::<syn::LitStr>().unwrap().value())
        }
        _ => None,
    });
    errors.collect()
}
