//! `select!`: taken apart here and not by a macro of the runtime, so that the awaits in its branches are effects.
//!
//! ```text
//! Input:   select! { paid = pay(order) => ship(paid?).await?, () = ctx.create_timer(day) => return Ok(None) }
//! Output:  match race((pay(order), ctx.create_timer(day))).await {
//!              OneOf2::First(paid) => ship(paid?).await?,
//!              OneOf2::Second(()) => return Ok(None),
//!          }
//! ```

use proc_macro2::Span;
use quote::{format_ident, quote_spanned};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Block, Expr, ExprAwait, ExprMatch, ExprTuple, Ident, Item, Macro, Pat, Stmt, Token, token};

use super::rewrite;
use crate::catalogue as say;
use crate::root::Root;

const PLACES: [&str; 8] = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth"];

/// One `pattern = durable => expression`.
struct Branch {
    pat: Pat,
    durable: Expr,
    arm: Expr,
}

impl Parse for Branch {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![else]) {
            return Err(input.error("it needs no `else`, for one of its branches always wins"));
        }
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let durable = input.parse()?;
        input.parse::<Token![=>]>()?;
        let arm = input.call(Expr::parse_with_earlier_boundary_rule)?;
        // After a block the comma may be missing, as in a `match`.
        let may_miss = input.is_empty() || matches!(arm, Expr::Block(_));
        if input.peek(Token![,]) || !may_miss {
            input.parse::<Token![,]>()?;
        }
        Ok(Self { pat, durable, arm })
    }
}

/// Turns every `select!` of the body into the `match` that it means.
pub(super) fn expand(body: &mut Block, root: &Root) {
    Expander(root).visit_block_mut(body);
}

struct Expander<'a>(&'a Root);

impl VisitMut for Expander<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Macro(call) = expr
            && is_select(&call.mac)
        {
            *expr = expanded(&call.mac, self.0);
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(call) = stmt
            && is_select(&call.mac)
        {
            *stmt = Stmt::Expr(expanded(&call.mac, self.0), call.semi_token);
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// Whether this is our `select!`: a bare one, or by our path; another crate's is called by its own.
fn is_select(mac: &Macro) -> bool {
    let mut segments = mac.path.segments.iter().rev();
    let is_named = segments.next().is_some_and(|last| last.ident == "select");
    is_named && segments.next().is_none_or(|crate_name| crate_name.ident == "dacapo")
}

/// The `match` that a `select!` means, or the error of what is none.
fn expanded(mac: &Macro, root: &Root) -> Expr {
    let parser = |input: ParseStream<'_>| {
        let mut branches = Vec::new();
        while !input.is_empty() {
            branches.push(input.parse::<Branch>()?);
        }
        Ok(branches)
    };
    let branches = parser.parse2(mac.tokens.clone()).and_then(|branches| match branches.len() {
        2..=8 => Ok(branches),
        count => Err(syn::Error::new(
            mac.path.span(),
            format!("2 to 8 branches are possible, and here are {count}"),
        )),
    });
    match branches {
        Ok(branches) => matched(branches, mac.path.span(), root),
        Err(error) => {
            let message = say::SELECT.message(&[("reason", &error.to_string())]);
            Expr::Verbatim(syn::Error::new(error.span(), message).to_compile_error())
        }
    }
}

fn matched(branches: Vec<Branch>, span: Span, root: &Root) -> Expr {
    let root = root.at(span);
    let one_of = format_ident!("OneOf{}", branches.len(), span = span);
    let mut elems = Punctuated::new();
    let mut arms = Vec::new();
    for (Branch { pat, durable, arm }, place) in branches.into_iter().zip(PLACES) {
        elems.push_value(durable);
        elems.push_punct(Token![,](span));
        let place = Ident::new(place, span);
        arms.push(Arm {
            attrs: Vec::new(),
            pat: Pat::Verbatim(quote_spanned!(span=> #root::#one_of::#place(#pat))),
            fat_arrow_token: Token![=>](span),
            body: Box::new(arm),
            comma: Some(Token![,](span)),
        });
    }
    // The `match` is not the user's: lints about a match, or about a statement without `;`, do not see it.
    let generated = Span::mixed_site().located_at(span);
    let members = Expr::Tuple(ExprTuple { attrs: Vec::new(), paren_token: token::Paren(span), elems });
    let race = rewrite::call(quote_spanned!(span=> #root::race), span, [members]);
    let awaited = ExprAwait {
        attrs: Vec::new(),
        base: Box::new(race),
        dot_token: Token![.](span),
        await_token: Token![await](span),
    };
    Expr::Match(ExprMatch {
        attrs: Vec::new(),
        match_token: Token![match](generated),
        expr: Box::new(Expr::Await(awaited)),
        brace_token: token::Brace(generated),
        arms,
    })
}
