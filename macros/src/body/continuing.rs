//! `continue_as_new` ends the execution: it belongs to the workflow itself, and nothing follows it.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, ExprAsync, ExprClosure, ExprMethodCall, ExprReturn, Item, Stmt, parse_quote,
};

use super::{Scope, paths};
use crate::catalogue as say;
use crate::errors::error;
use crate::kind::Kind;

const METHOD: &str = "continue_as_new";
/// Put on a call whose value the function returns, until the walk has seen it.
const RETURNED: &str = "__returned";

/// Marks each `continue_as_new` whose value the function returns.
pub(super) fn mark_returned(body: &mut Block) {
    tail(body);
    Returns.visit_block_mut(body);
}

/// What is wrong with this call, if it is a `continue_as_new`; takes the mark off.
pub(super) fn check(call: &mut ExprMethodCall, scope: &Scope<'_>, is_nested: bool) -> Option<syn::Error> {
    if call.method != METHOD {
        return None;
    }
    let is_returned = call.attrs.iter().any(is_mark);
    call.attrs.retain(|attr| !is_mark(attr));
    let name = scope.ident.to_string();
    let row = if scope.kind == Kind::Durable || is_nested {
        &say::CONTINUE_PLACE
    } else if is_of_another(&call.receiver, scope) {
        return Some(error(&say::CONTINUE_OTHER, &call.receiver, &[("name", &name)]));
    } else if !is_returned {
        &say::CONTINUE_NOT_RETURNED
    } else {
        return None;
    };
    Some(error(row, call.method.to_token_stream(), &[("name", &name)]))
}

fn is_mark(attr: &Attribute) -> bool {
    attr.path().is_ident(RETURNED)
}

/// A call by another name; what a variable holds is not known here.
fn is_of_another(receiver: &Expr, scope: &Scope<'_>) -> bool {
    matches!(receiver, Expr::Call(_))
        && paths::leading(receiver)
            .and_then(|path| path.segments.last())
            .is_some_and(|segment| segment.ident != *scope.ident)
}

fn tail(block: &mut Block) {
    if let Some(Stmt::Expr(last, None)) = block.stmts.last_mut() {
        value(last);
    }
}

/// `expr` is the function's result.
fn value(expr: &mut Expr) {
    match expr {
        Expr::Await(awaited) => mark(&mut awaited.base),
        Expr::Block(block) => tail(&mut block.block),
        Expr::If(branch) => {
            tail(&mut branch.then_branch);
            if let Some((_, other)) = &mut branch.else_branch {
                value(other);
            }
        }
        Expr::Match(branches) => branches.arms.iter_mut().for_each(|arm| value(&mut arm.body)),
        Expr::Paren(paren) => value(&mut paren.expr),
        _ => {}
    }
}

/// Marks the `continue_as_new` in `monitor(next).continue_as_new().drop_events()`.
fn mark(expr: &mut Expr) {
    match expr {
        Expr::MethodCall(call) if call.method == METHOD => {
            let mark = syn::Ident::new(RETURNED, call.method.span());
            call.attrs.push(parse_quote!(#[#mark]));
        }
        Expr::MethodCall(call) => mark(&mut call.receiver),
        Expr::Paren(paren) => mark(&mut paren.expr),
        _ => {}
    }
}

/// Finds the `return`s of the function itself.
struct Returns;

impl VisitMut for Returns {
    fn visit_expr_return_mut(&mut self, returned: &mut ExprReturn) {
        if let Some(returned) = &mut returned.expr {
            value(returned);
        }
        visit_mut::visit_expr_return_mut(self, returned);
    }

    fn visit_expr_closure_mut(&mut self, _: &mut ExprClosure) {}

    fn visit_expr_async_mut(&mut self, _: &mut ExprAsync) {}

    fn visit_item_mut(&mut self, _: &mut Item) {}
}
