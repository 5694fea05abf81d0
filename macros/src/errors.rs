//! The collector: checks report here and go on, so that one compile shows every mistake of an item.

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::catalogue::Row;

/// The mistakes found so far in one item.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Adds the diagnostic of `row` at the tokens `at`.
    pub(crate) fn report(&mut self, row: &Row, at: impl ToTokens, values: &[(&str, &str)]) {
        self.push(error(row, at, values));
    }

    /// Adds a syntax error, or one made by [`error`].
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    /// How many mistakes there are; the difference of two counts says whether a check found any.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// One `compile_error!` for each mistake.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }

    /// The messages, for tests.
    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

/// The diagnostic of `row` as a parser's error.
pub(crate) fn error(row: &Row, at: impl ToTokens, values: &[(&str, &str)]) -> syn::Error {
    syn::Error::new_spanned(at, row.message(values))
}
