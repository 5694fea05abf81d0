//! Expansions as a person reads them, and what each mistake is told.

mod documentation;
mod expansions;
mod messages;

use proc_macro2::{TokenStream, TokenTree};

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

/// The messages of every `compile_error!` in an expansion, those before the items first.
fn messages(kind: Kind, options: TokenStream, item: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    collect(expand(kind, options, item), &mut found);
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<String>) {
    let mut is_error = false;
    for token in tokens {
        match token {
            TokenTree::Ident(word) => is_error = word == "compile_error",
            TokenTree::Punct(_) => {}
            TokenTree::Group(group) if is_error => {
                found.push(syn::parse2::<syn::LitStr>(group.stream()).unwrap().value());
                is_error = false;
            }
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Literal(_) => is_error = false,
        }
    }
}
