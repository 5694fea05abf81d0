//! Opt-outs: `#[accept(DC0201, reason = "..")]` on a statement or expression of the body.
//!
//! The attribute is taken off here, so the compiler never looks for it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Ident, Item, LitStr, Stmt, Token};

use super::Refusal;
use crate::catalogue as say;
use crate::errors::Errors;
use crate::root::Root;

/// What the user may answer for. The rest is not a question of taste: without it the code does not work.
const ACCEPTABLE: [&str; 19] = [
    "DC0201", "DC0202", "DC0203", "DC0204", "DC0205", "DC0206", "DC0207", "DC0208", "DC0209", "DC0210",
    "DC0211", "DC0212", "DC0213", "DC0214", "DC0217", "DC0312", "DC0313", "DC0314", "DC0321",
];

/// The opt-outs around the code that is being walked.
#[derive(Default)]
pub(super) struct Accepted {
    codes: Vec<Code>,
    /// Of opt-outs that were left, and whether each covers several things.
    aliases: Vec<(Ident, bool)>,
    count: usize,
}

struct Code {
    ident: Ident,
    is_used: bool,
    /// What it covers that is refused by type, if at all; and under which name generated code knows how much that is.
    by_type: usize,
    alias: Ident,
}

impl Accepted {
    /// Takes the opt-outs off `attrs`; returns the mark for [`leave`](Self::leave).
    pub(super) fn enter(&mut self, attrs: Option<&mut Vec<Attribute>>, errors: &mut Errors) -> usize {
        let mark = self.codes.len();
        if let Some(attrs) = attrs {
            attrs.retain(|attr| {
                if is_opt_out(attr) {
                    parse(attr, errors).into_iter().for_each(|ident| self.add(ident));
                }
                !is_opt_out(attr)
            });
        }
        mark
    }

    fn add(&mut self, ident: Ident) {
        self.count += 1;
        let alias =
            format_ident!("__Accepted{}", self.count, span = Span::mixed_site().located_at(ident.span()));
        self.codes.push(Code { ident, is_used: false, by_type: 0, alias });
    }

    /// Reports the opt-outs since `mark` that silenced nothing.
    pub(super) fn leave(&mut self, mark: usize, errors: &mut Errors) {
        for code in self.codes.drain(mark..) {
            if !code.is_used {
                errors.report(&say::ACCEPT_UNUSED, &code.ident, &[("code", &code.ident.to_string())]);
            }
            if code.by_type > 0 {
                self.aliases.push((code.alias, code.by_type > 1));
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Whether the user answers for what only the compiler can tell, by type: the name under which generated code says
    /// how much is covered. Such an opt-out counts as used here, and the compiler tells when it silences nothing.
    pub(super) fn covers(&mut self, code: &str) -> Option<Ident> {
        let known = self.codes.iter_mut().rev().find(|known| known.ident == code)?;
        known.is_used = true;
        known.by_type += 1;
        Some(known.alias.clone())
    }

    /// Whether the user answers for this refusal.
    pub(super) fn takes(&mut self, refusal: &Refusal) -> bool {
        let known = self.codes.iter_mut().rev().find(|known| known.ident == refusal.row.code);
        known.map(|known| known.is_used = true).is_some()
    }

    /// `type __Accepted1 = Alone;`: how much each opt-out covers, which is known when all of its code was walked.
    pub(super) fn aliases(&self, root: &Root) -> TokenStream {
        let aliases = self.aliases.iter().map(|(alias, is_several)| {
            let covered = Ident::new(if *is_several { "Several" } else { "Alone" }, alias.span());
            let root = root.at(alias.span());
            quote_spanned!(alias.span()=> #[allow(dead_code)] type #alias = #root::__private::#covered;)
        });
        aliases.collect()
    }
}

fn is_opt_out(attr: &Attribute) -> bool {
    let mut segments = attr.path().segments.iter().rev();
    segments.next().is_some_and(|last| last.ident == "accept")
        && segments.next().is_none_or(|crate_name| crate_name.ident == "dacapo")
}

/// The codes that the opt-out names and that can be accepted.
fn parse(attr: &Attribute, errors: &mut Errors) -> Vec<Ident> {
    let refuse = |at: TokenStream, reason: &str, errors: &mut Errors| {
        errors.report(&say::ACCEPT_FORM, at, &[("reason", reason)]);
    };
    let mut codes = Vec::new();
    let mut has_reason = false;
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let word: Ident = input.parse()?;
            if word == "reason" {
                input.parse::<Token![=]>()?;
                has_reason = !input.parse::<LitStr>()?.value().trim().is_empty();
            } else {
                codes.push(word);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    let tokens = attr.meta.require_list().map(|list| list.tokens.clone()).unwrap_or_default();
    if let Err(error) = parser.parse2(tokens) {
        refuse(attr.to_token_stream(), &error.to_string(), errors);
        return Vec::new();
    }
    let (known, unknown): (Vec<_>, Vec<_>) =
        codes.into_iter().partition(|code| ACCEPTABLE.iter().any(|acceptable| code == acceptable));
    for code in &unknown {
        refuse(code.to_token_stream(), &format!("`{code}` cannot be accepted"), errors);
    }
    if known.is_empty() && unknown.is_empty() {
        refuse(attr.to_token_stream(), "it names no code", errors);
    } else if !has_reason {
        refuse(attr.to_token_stream(), "it gives no reason", errors);
    }
    known
}

/// The attributes of a statement that is not an expression.
pub(super) fn of_stmt(stmt: &mut Stmt) -> Option<&mut Vec<Attribute>> {
    match stmt {
        Stmt::Local(local) => Some(&mut local.attrs),
        Stmt::Macro(mac) => Some(&mut mac.attrs),
        Stmt::Item(Item::Static(item)) => Some(&mut item.attrs),
        Stmt::Item(Item::Macro(item)) => Some(&mut item.attrs),
        Stmt::Item(_) | Stmt::Expr(..) => None,
    }
}

/// The attributes of an expression in front of which a person would write one.
pub(super) fn of_expr(expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
    macro_rules! attrs {
        ($($variant:ident)*) => {
            match expr {
                $(Expr::$variant(expr) => Some(&mut expr.attrs),)*
                _ => None,
            }
        };
    }
    attrs!(
        Array Assign Async Await Binary Block Call Cast Closure Field ForLoop If Index Lit Loop Macro Match MethodCall Paren
        Path Reference Return Struct Try Tuple Unary Unsafe While
    )
}
