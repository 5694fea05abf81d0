//! `continue_as_new` ends the execution: it belongs to the workflow itself, and nothing follows it.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAsync, ExprClosure, ExprMethodCall, ExprReturn, Item, Stmt};

use super::{Scope, paths};
use crate::catalogue as say;
use crate::errors::Errors;
use crate::kind::Kind;

const METHOD: &str = "continue_as_new";

pub(super) fn check(body: &Block, scope: &Scope<'_>, errors: &mut Errors) {
    let mut returned = Returned::default();
    returned.tail(body);
    returned.visit_block(body);
    let mut uses = Uses { scope, errors, returned: returned.0, nested: 0 };
    uses.visit_block(body);
}

/// The uses whose value the function returns.
#[derive(Default)]
struct Returned<'ast>(Vec<&'ast ExprMethodCall>);

impl<'ast> Returned<'ast> {
    fn tail(&mut self, block: &'ast Block) {
        if let Some(Stmt::Expr(last, None)) = block.stmts.last() {
            self.value(last);
        }
    }

    /// `expr` is the function's result.
    fn value(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Await(awaited) => self.0.extend(in_chain(&awaited.base)),
            Expr::Block(block) => self.tail(&block.block),
            Expr::If(branch) => {
                self.tail(&branch.then_branch);
                if let Some((_, other)) = &branch.else_branch {
                    self.value(other);
                }
            }
            Expr::Match(branches) => branches.arms.iter().for_each(|arm| self.value(&arm.body)),
            Expr::Paren(paren) => self.value(&paren.expr),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Returned<'ast> {
    fn visit_expr_return(&mut self, returned: &'ast ExprReturn) {
        if let Some(value) = &returned.expr {
            self.value(value);
        }
        visit::visit_expr_return(self, returned);
    }
}

/// The `continue_as_new` in `monitor(next).continue_as_new().drop_events()`.
fn in_chain(expr: &Expr) -> Option<&ExprMethodCall> {
    match expr {
        Expr::MethodCall(call) if call.method == METHOD => Some(call),
        Expr::MethodCall(call) => in_chain(&call.receiver),
        Expr::Paren(paren) => in_chain(&paren.expr),
        _ => None,
    }
}

struct Uses<'a, 'ast> {
    scope: &'a Scope<'a>,
    errors: &'a mut Errors,
    returned: Vec<&'ast ExprMethodCall>,
    /// Closures and async blocks around.
    nested: usize,
}

impl Uses<'_, '_> {
    fn check(&mut self, call: &ExprMethodCall) {
        let name = self.scope.ident.to_string();
        let values = [("name", &*name)];
        let of_another = match &*call.receiver {
            Expr::Call(_) => paths::leading(&call.receiver)
                .and_then(|path| path.segments.last())
                .is_some_and(|segment| segment.ident != *self.scope.ident),
            _ => false,
        };
        if self.scope.kind == Kind::Durable || self.nested > 0 {
            self.errors.report(&say::CONTINUE_PLACE, &call.method, &values);
        } else if of_another {
            self.errors.report(&say::CONTINUE_OTHER, &call.receiver, &values);
        } else if !self.returned.iter().any(|returned| std::ptr::eq(*returned, call)) {
            self.errors.report(&say::CONTINUE_NOT_RETURNED, &call.method, &values);
        }
    }
}

impl<'ast> Visit<'ast> for Uses<'_, 'ast> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method == METHOD {
            self.check(call);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.nested += 1;
        visit::visit_expr_closure(self, closure);
        self.nested -= 1;
    }

    fn visit_expr_async(&mut self, block: &'ast ExprAsync) {
        self.nested += 1;
        visit::visit_expr_async(self, block);
        self.nested -= 1;
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
