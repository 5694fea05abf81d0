//! The durable steps of a body: what it awaits and starts, in which order, under which conditions.
//!
//! ```text
//! Input:   notify(id).await?;  if ok { pay(x).retry(p).await?; } else { ctx.create_timer(d).await; }  APPROVAL.recv().await
//! Output:  #0
//!          if
//!            #1 +retry[p]
//!          else
//!            timer
//!          event @0                         calls: notify, pay   events: APPROVAL
//! ```
//! Pure code leaves no trace: formatting, names of variables and computation may change. A call is `#n`, an index into
//! the names, so that a function may be renamed as long as its name in histories stays.

mod describe;
mod names;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Block, Expr, ExprAsync, ExprAwait, ExprClosure, ExprForLoop, ExprIf, ExprLoop, ExprMatch, ExprMethodCall,
    ExprWhile, Ident, Item, Local, Path,
};

use crate::spelling::{compact, spelled};

pub(crate) use names::{Bound, plain as plain_name};

/// The steps of one body.
#[derive(Default)]
pub(crate) struct Steps {
    /// The skeleton, in which `#n` is a call and `@n` an event.
    pub(crate) shape: String,
    /// Functions whose results are awaited or started.
    pub(crate) calls: Vec<Path>,
    /// Events that are received.
    pub(crate) events: Vec<Path>,
}

/// The steps of a body whose `select!`s were taken apart.
pub(crate) fn of(body: &Block, parameters: &[Ident]) -> Steps {
    let mut walk =
        Walk { steps: Steps::default(), bound: Bound::of(body, parameters), held: Vec::new(), depth: 0 };
    walk.visit_block(body);
    walk.steps
}

struct Walk {
    steps: Steps,
    /// Names that are variables here, and so name no function of a module.
    bound: Bound,
    /// What variables were bound to.
    held: Vec<(Ident, Expr)>,
    /// Blocks with steps around.
    depth: usize,
}

impl Walk {
    /// Adds a step on a line of its own.
    fn add(&mut self, step: &str) {
        self.steps.shape.push_str(&"  ".repeat(self.depth));
        self.steps.shape.push_str(step);
        self.steps.shape.push('\n');
    }

    /// Adds `word`, and below it what `walk` finds; returns whether it found anything.
    fn nested(&mut self, word: &str, walk: impl FnOnce(&mut Self)) -> bool {
        self.add(word);
        let before = self.steps.shape.len();
        self.depth += 1;
        walk(self);
        self.depth -= 1;
        self.steps.shape.len() > before
    }

    /// As [`nested`](Self::nested), but adds nothing when nothing is found.
    fn nested_if_any(&mut self, word: &str, walk: impl FnOnce(&mut Self)) {
        let before = self.steps.shape.len();
        if !self.nested(word, walk) {
            self.steps.shape.truncate(before);
        }
    }

    fn call(&mut self, path: &Path) -> String {
        let known = index_of(&mut self.steps.calls, path);
        format!("#{known}")
    }

    fn event(&mut self, path: &Path) -> String {
        let known = index_of(&mut self.steps.events, path);
        format!("event @{known}")
    }

    fn held(&self, name: &Path) -> Option<Expr> {
        let name = name.get_ident()?;
        self.held.iter().rev().find(|(held, _)| held == name).map(|(_, init)| init.clone())
    }
}

fn index_of(paths: &mut Vec<Path>, path: &Path) -> usize {
    let text = spelled(path);
    paths.iter().position(|known| spelled(known) == text).unwrap_or_else(|| {
        paths.push(path.clone());
        paths.len() - 1
    })
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_local(&mut self, local: &'ast Local) {
        visit::visit_local(self, local);
        if let (Some(name), Some(init)) = (names::plain(&local.pat), &local.init) {
            self.held.push((name.clone(), (*init.expr).clone()));
        }
    }

    fn visit_expr_await(&mut self, awaited: &'ast ExprAwait) {
        self.visit_expr(&awaited.base);
        let step = self.describe(&awaited.base);
        self.add(&step);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        visit::visit_expr_method_call(self, call);
        let started = call.args.first();
        match (call.method.to_string().as_str(), started) {
            (word @ ("start" | "start_detached"), Some(started)) => {
                let step = format!("{word} {}", self.describe(started));
                self.add(&step);
            }
            ("is_patched", Some(patch)) => {
                let step = format!("patch {}", compact(patch));
                self.add(&step);
            }
            _ => {}
        }
    }

    fn visit_expr_if(&mut self, branch: &'ast ExprIf) {
        self.visit_expr(&branch.cond);
        let before = self.steps.shape.len();
        let is_any = self.nested("if", |walk| walk.visit_block(&branch.then_branch));
        if let Some((_, other)) = &branch.else_branch {
            self.nested_if_any("else", |walk| walk.visit_expr(other));
        }
        if !is_any && self.steps.shape[before..].lines().count() == 1 {
            self.steps.shape.truncate(before);
        }
    }

    fn visit_expr_match(&mut self, branches: &'ast ExprMatch) {
        self.visit_expr(&branches.expr);
        self.nested_if_any("match", |walk| {
            let before = walk.steps.shape.len();
            let mut is_any = false;
            for arm in &branches.arms {
                is_any |= walk.nested("case", |walk| walk.visit_arm(arm));
            }
            if !is_any {
                walk.steps.shape.truncate(before);
            }
        });
    }

    fn visit_expr_loop(&mut self, endless: &'ast ExprLoop) {
        self.nested_if_any("loop", |walk| walk.visit_block(&endless.body));
    }

    fn visit_expr_while(&mut self, with: &'ast ExprWhile) {
        self.nested_if_any("while", |walk| {
            walk.visit_expr(&with.cond);
            walk.visit_block(&with.body);
        });
    }

    fn visit_expr_for_loop(&mut self, each: &'ast ExprForLoop) {
        self.visit_expr(&each.expr);
        self.nested_if_any("for", |walk| walk.visit_block(&each.body));
    }

    fn visit_expr_async(&mut self, block: &'ast ExprAsync) {
        self.nested_if_any("async", |walk| walk.visit_block(&block.block));
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.nested_if_any("each", |walk| walk.visit_expr(&closure.body));
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        for _ in 0..awaits_in(&mac.tokens) {
            self.add(&format!("{}![await]", spelled(&mac.path)));
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// How many awaits the tokens of a macro hold.
fn awaits_in(tokens: &TokenStream) -> usize {
    let text = tokens.to_token_stream().to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| *word == "await").count()
}

impl Walk {
    /// The step of an awaited or started expression.
    fn describe(&mut self, expr: &Expr) -> String {
        describe::step(self, expr)
    }
}
