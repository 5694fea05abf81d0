//! Rewriting inside the tokens of a macro, which are not parsed: what a macro does with them is its own
//! business, and printing parsed tokens again could change them (`x <- f()` would become `x < -f()`).
//!
//! ```text
//! Input:   charge(order).await                       async move { .. }
//! Output:  charge(order).__durable(__ctx).await      block(async move { .. })
//! ```

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Path, PathSegment};

use super::{Refusal, Walk, context};
use crate::catalogue as say;

impl Walk<'_> {
    /// The tokens with each await an effect; paths and macros in them are checked.
    pub(super) fn tokens(&mut self, tokens: TokenStream) -> TokenStream {
        let input: Vec<TokenTree> = tokens.into_iter().collect();
        let mut output = Vec::with_capacity(input.len());
        let mut at = 0;
        while at < input.len() {
            at += self.token(&input, at, &mut output);
        }
        output.into_iter().collect()
    }

    /// Rewrites what begins at `at`; returns how many tokens that was.
    fn token(&mut self, input: &[TokenTree], at: usize, output: &mut Vec<TokenTree>) -> usize {
        match &input[at] {
            TokenTree::Group(group) => output.push(self.group(group).into()),
            TokenTree::Ident(word) if word == "await" && is_dot(output.last()) => {
                self.has_postfix_await = true;
                self.loops.note_await();
                output.extend(postfix(word.span()));
                output.push(word.clone().into());
            }
            TokenTree::Ident(word) if word == "async" => return self.async_tokens(word, input, at, output),
            TokenTree::Ident(word) if word == "unsafe" => {
                self.refuse(Refusal::new(&say::UNSAFE, word, &[]));
                output.push(word.clone().into());
            }
            TokenTree::Ident(_) if !is_dot(output.last()) => return self.path(input, at, output),
            other => output.push(other.clone()),
        }
        1
    }

    fn group(&mut self, group: &Group) -> Group {
        let mut rewritten = Group::new(group.delimiter(), self.tokens(group.stream()));
        rewritten.set_span(group.span());
        rewritten
    }

    /// `async {}`, `async move {}` or another use of the word.
    fn async_tokens(
        &mut self,
        word: &Ident,
        input: &[TokenTree],
        at: usize,
        output: &mut Vec<TokenTree>,
    ) -> usize {
        let capture = match input.get(at + 1) {
            Some(TokenTree::Ident(capture)) if capture == "move" => Some(capture),
            _ => None,
        };
        let body = at + 1 + usize::from(capture.is_some());
        match input.get(body) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let body_tokens = self.group(group);
                let span = word.span();
                let root = self.scope.root.at(span);
                let block = quote_spanned!(span=> #root::__private::block(#word #capture #body_tokens));
                output.extend(block);
                body + 1 - at
            }
            Some(TokenTree::Punct(bar)) if bar.as_char() == '|' => {
                self.errors.report(&say::ASYNC_CLOSURE, word, &[]);
                output.push(word.clone().into());
                1
            }
            _ => {
                output.push(word.clone().into());
                1
            }
        }
    }

    /// A path `a::b::c`, perhaps with `!` behind it.
    fn path(&mut self, input: &[TokenTree], at: usize, output: &mut Vec<TokenTree>) -> usize {
        let (path, length) = path(input, at);
        let next = input.get(at + length);
        let after = input.get(at + length + 1);
        match (next, after) {
            (Some(TokenTree::Punct(bang)), Some(TokenTree::Group(arguments))) if bang.as_char() == '!' => {
                self.check_macro(&path, &arguments.stream());
            }
            (Some(TokenTree::Punct(dot)), _) if dot.as_char() == '.' && path.get_ident().is_some() => {
                self.note_path(&path);
            }
            _ => self.visit_path(&path),
        }
        output.extend_from_slice(&input[at..at + length]);
        length
    }
}

fn is_dot(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '.')
}

/// `__durable(__ctx).`
fn postfix(span: Span) -> TokenStream {
    let ctx = context(span);
    let mut dot = Punct::new('.', Spacing::Alone);
    dot.set_span(span);
    let mut tokens = quote_spanned!(span=> __durable(#ctx));
    dot.to_tokens(&mut tokens);
    tokens
}

/// The longest path from `at`, and how many tokens it has.
fn path(input: &[TokenTree], at: usize) -> (Path, usize) {
    let mut path = Path { leading_colon: None, segments: syn::punctuated::Punctuated::new() };
    let mut end = at;
    while let Some(TokenTree::Ident(name)) = input.get(end) {
        path.segments.push(PathSegment::from(name.clone()));
        end += 1;
        match (input.get(end), input.get(end + 1), input.get(end + 2)) {
            (Some(TokenTree::Punct(a)), Some(TokenTree::Punct(b)), Some(TokenTree::Ident(_)))
                if a.as_char() == ':' && b.as_char() == ':' && a.spacing() == Spacing::Joint =>
            {
                end += 2;
            }
            _ => break,
        }
    }
    (path, end - at)
}
