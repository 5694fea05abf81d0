//! Which helpers of a module its workflows reach, and how.

use std::collections::{BTreeMap, VecDeque};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, ItemFn};

use crate::kind::Kind;

/// Whether an attribute of its own checks the function as code of a workflow.
pub(super) fn is_root(function: &ItemFn) -> bool {
    marked(function).is_some_and(|kind| kind != Kind::Activity)
}

fn marked(function: &ItemFn) -> Option<Kind> {
    function.attrs.iter().find_map(|attr| {
        attr.path().segments.last().and_then(|last| Kind::of_attribute(&last.ident.to_string()))
    })
}

/// For each plain helper that a workflow reaches, the shortest way to it: `workflow order -> price -> rate`.
pub(super) fn chains(items: &[Item]) -> BTreeMap<String, String> {
    let mut helpers = BTreeMap::new();
    let mut waiting = VecDeque::new();
    for item in items {
        let Item::Fn(function) = item else { continue };
        let name = function.sig.ident.to_string();
        match marked(function) {
            None if function.sig.asyncness.is_none() => {
                helpers.insert(name, function);
            }
            Some(kind) if kind != Kind::Activity => {
                waiting.push_back((function, format!("{} {name}", kind.noun())));
            }
            _ => {}
        }
    }
    let mut chains = BTreeMap::new();
    while let Some((function, chain)) = waiting.pop_front() {
        for name in named(&function.block.to_token_stream(), &helpers) {
            let helper = helpers[&name];
            chains.entry(name).or_insert_with_key(|name| {
                let longer = format!("{chain} -> {name}");
                waiting.push_back((helper, longer.clone()));
                longer
            });
        }
    }
    chains
}

/// The helpers that some tokens name, also those of macros: called, or passed on by name.
fn named(tokens: &TokenStream, helpers: &BTreeMap<String, &ItemFn>) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_member = false;
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => found.extend(named(&group.stream(), helpers)),
            TokenTree::Ident(word) if !is_member && helpers.contains_key(&word.to_string()) => {
                found.push(word.to_string());
            }
            _ => {}
        }
        is_member = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
    found
}
