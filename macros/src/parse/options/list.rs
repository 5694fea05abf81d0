//! `key .., key .., ..`: one mistake does not hide the next.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, Token};

use crate::catalogue as say;
use crate::errors::{Errors, error};
use crate::spelling::spelled;

/// Calls `take` with each key, and the input behind it, up to the next comma.
pub(super) fn parse(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut take: impl FnMut(&Ident, ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    let mut seen: Vec<Ident> = Vec::new();
    while !input.is_empty() {
        if let Err(error) = one(input, errors, &mut seen, &mut take) {
            errors.push(error);
        }
        skip_to_comma(input);
    }
}

fn one(
    input: ParseStream<'_>,
    errors: &mut Errors,
    seen: &mut Vec<Ident>,
    take: &mut impl FnMut(&Ident, ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) -> syn::Result<()> {
    if input.peek(Lit) {
        let literal: Lit = input.parse()?;
        let values = [("key", &*spelled(&literal)), ("usage", "option = value")];
        return Err(error(&say::OPTION_VALUE, literal, &values));
    }
    let key = input.call(Ident::parse_any)?;
    if seen.contains(&key) {
        return Err(error(&say::DUPLICATE_OPTION, &key, &[("key", &key.to_string())]));
    }
    seen.push(key.clone());
    take(&key, input, errors)?;
    if input.is_empty() || input.peek(Token![,]) { Ok(()) } else { Err(input.error("expected `,`")) }
}

/// Leaves the input behind the next comma, or at its end.
fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() {
        if input.parse::<Token![,]>().is_ok() || input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}
