//! Endless loops: each turn adds to the history, which ends at the sidecar's limit.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Expr, ExprAsync, ExprBreak, ExprClosure, ExprForLoop, ExprLoop, ExprReturn, ExprWhile, Item, Lit, Macro,
};

use super::Refusal;
use crate::catalogue as say;

/// Counts awaits, so that a loop knows whether it had any.
#[derive(Default)]
pub(super) struct Loops {
    awaits: usize,
}

impl Loops {
    pub(super) fn note_await(&mut self) {
        self.awaits += 1;
    }

    /// The mark to give to [`leave`](Self::leave).
    pub(super) fn enter(&self) -> usize {
        self.awaits
    }

    /// Refuses a loop that awaits and can only be left by an error.
    pub(super) fn leave(&self, mark: usize, expr: &Expr) -> Option<Refusal> {
        let (body, keyword) = match expr {
            Expr::Loop(endless) => (&endless.body, endless.loop_token.to_token_stream()),
            Expr::While(with) if is_true(&with.cond) => (&with.body, with.while_token.to_token_stream()),
            _ => return None,
        };
        let mut exits = Exits { depth: 0, found: false };
        exits.visit_block(body);
        (self.awaits > mark && !exits.found).then(|| Refusal::new(&say::ENDLESS_LOOP, keyword, &[]))
    }
}

fn is_true(cond: &Expr) -> bool {
    matches!(cond, Expr::Lit(literal) if matches!(&literal.lit, Lit::Bool(bool) if bool.value))
}

/// Looks for a `break` of this loop or a `return`.
struct Exits {
    /// Loops around, inside the one in question.
    depth: usize,
    found: bool,
}

impl Exits {
    fn inside(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth += 1;
        visit(self);
        self.depth -= 1;
    }
}

impl<'ast> Visit<'ast> for Exits {
    fn visit_expr_break(&mut self, exit: &'ast ExprBreak) {
        self.found |= self.depth == 0 || exit.label.is_some();
    }

    fn visit_expr_return(&mut self, _: &'ast ExprReturn) {
        self.found = true;
    }

    fn visit_expr_loop(&mut self, inner: &'ast ExprLoop) {
        self.inside(|exits| visit::visit_expr_loop(exits, inner));
    }

    fn visit_expr_while(&mut self, inner: &'ast ExprWhile) {
        self.inside(|exits| visit::visit_expr_while(exits, inner));
    }

    fn visit_expr_for_loop(&mut self, inner: &'ast ExprForLoop) {
        self.inside(|exits| visit::visit_expr_for_loop(exits, inner));
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let text = mac.tokens.to_string();
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        self.found |= words.any(|word| word == "break" || word == "return");
        // These never return.
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string());
        self.found |= name.is_some_and(|name| ["panic", "bail", "unreachable", "todo"].contains(&&*name));
    }

    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}

    fn visit_expr_async(&mut self, _: &'ast ExprAsync) {}

    fn visit_item(&mut self, _: &'ast Item) {}
}
