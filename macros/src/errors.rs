//! The collector: checks report here and go on, so that one compile shows every mistake of an item.

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::LitStr;

use crate::catalogue::Row;

/// The mistakes found so far in one item.
#[derive(Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    /// Mistakes that were told more of when they came from another collector.
    extended: Vec<TokenStream>,
}

impl Errors {
    /// Adds the diagnostic of `row` at the tokens `at`.
    pub(crate) fn report(&mut self, row: &Row, at: impl ToTokens, values: &[(&str, &str)]) {
        self.push(error(row, at, values));
    }

    /// Adds a syntax error, or one made by [`error`].
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// Adds what another collector found, with `suffix` behind each message.
    pub(crate) fn extend(&mut self, found: &Self, suffix: &str) {
        self.extended.extend(found.found.iter().map(|error| longer(error.to_compile_error(), suffix)));
    }

    /// How many mistakes there are; the difference of two counts says whether a check found any.
    pub(crate) fn count(&self) -> usize {
        self.found.len() + self.extended.len()
    }

    /// One `compile_error!` for each mistake.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        let found = self.found.iter().map(syn::Error::to_compile_error);
        found.chain(self.extended.iter().cloned()).collect()
    }

    /// The messages, for tests.
    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.found.iter().map(ToString::to_string).collect()
    }
}

/// The diagnostic of `row` as a parser's error.
pub(crate) fn error(row: &Row, at: impl ToTokens, values: &[(&str, &str)]) -> syn::Error {
    syn::Error::new_spanned(at, row.message(values))
}

/// `compile_error!("..")` with `suffix` behind its text; its place stays, which is made of two tokens.
fn longer(tokens: TokenStream, suffix: &str) -> TokenStream {
    let longer = |token| match token {
        TokenTree::Group(group) => {
            let mut whole = Group::new(group.delimiter(), longer(group.stream(), suffix));
            whole.set_span(group.span());
            TokenTree::Group(whole)
        }
        TokenTree::Literal(literal) => match syn::parse2::<LitStr>(literal.to_token_stream()) {
            Ok(text) => {
                let mut whole = Literal::string(&format!("{}{suffix}", text.value()));
                whole.set_span(literal.span());
                TokenTree::Literal(whole)
            }
            Err(_) => TokenTree::Literal(literal),
        },
        other => other,
    };
    tokens.into_iter().map(longer).collect()
}
