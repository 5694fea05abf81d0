//! The words before the parameters, and the result.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{FnArg, Safety};

use crate::catalogue as say;
use crate::errors::Errors;
use crate::kind::Kind;
use crate::parse::Item;

pub(super) fn check(item: &Item, kind: Kind, errors: &mut Errors) {
    let sig = &item.sig;
    if let (Kind::Pure, Some(asyncness)) = (kind, &sig.asyncness) {
        errors.report(&say::PURE_ASYNC, asyncness, &[]);
    }
    if sig.asyncness.is_none() && kind != Kind::Pure {
        let values = [("attribute", kind.attribute()), ("name", &sig.ident.to_string())];
        errors.report(&say::NOT_ASYNC, sig.fn_token, &values);
    }
    for (tokens, qualifier) in
        qualifiers(item).into_iter().filter(|(_, word)| kind != Kind::Pure || *word != "const")
    {
        let values = [("attribute", kind.attribute()), ("qualifier", qualifier)];
        errors.report(&say::QUALIFIER, tokens, &values);
    }
    if matches!(kind, Kind::Durable | Kind::Pure) && item.body.is_none() {
        errors.report(&say::NO_BODY, &sig.ident, &[("attribute", kind.attribute())]);
    }
}

fn qualifiers(item: &Item) -> Vec<(TokenStream, &'static str)> {
    let sig = &item.sig;
    let mut found = Vec::new();
    if let Some(token) = &sig.constness {
        found.push((token.to_token_stream(), "const"));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        found.push((token.to_token_stream(), "unsafe"));
    }
    if let Some(abi) = &sig.abi {
        found.push((abi.to_token_stream(), "extern"));
    }
    if let Some(variadic) = &sig.variadic {
        found.push((variadic.dots.to_token_stream(), "variadic"));
    }
    found
}

/// Whether the function takes `self`, which is reported.
pub(super) fn receiver(item: &Item, kind: Kind, errors: &mut Errors) -> bool {
    let Some(FnArg::Receiver(receiver)) = item.sig.inputs.first() else { return false };
    let shared = match kind {
        Kind::Activity => "; shared services are `State<T>` parameters",
        Kind::Workflow | Kind::Durable | Kind::Pure => "",
    };
    errors.report(&say::RECEIVER, receiver, &[("attribute", kind.attribute()), ("shared", shared)]);
    true
}

/// Helpers may be generic: they run inside their workflow and no name stands for them.
pub(super) fn generics(item: &Item, kind: Kind, errors: &mut Errors) {
    let generics = &item.sig.generics;
    if kind == Kind::Durable || generics.params.is_empty() {
        return;
    }
    errors.report(&say::GENERIC, generics, &[("attribute", kind.attribute())]);
}
