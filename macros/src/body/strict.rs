//! Strict mode: every function that is called must be marked.
//!
//! ```text
//! Input:   let sum = total(&order);
//! Output:  const _: fn(total) = marked;   // the type that `#[pure]` put beside the function
//! ```
//! The type has the function's name, so an import brings both, and a module or crate between them hides nothing.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAwait, ExprCall, ExprMethodCall, Item, Local, Path, PathArguments};

use super::Scope;
use crate::catalogue as say;
use crate::errors::Errors;
use crate::spelling::spelled;
use crate::steps::Bound;

/// Modules of the standard library without clocks, randomness or I/O; what they hold beside was refused by its name.
const STD: [&str; 16] = [
    "std", "core", "alloc", "array", "ascii", "char", "cmp", "convert", "fmt", "hint", "iter", "mem", "num",
    "option", "ops", "str",
];
/// Functions of the standard library that are used without their module.
const STD_FUNCTIONS: [&str; 14] = [
    "drop",
    "from_fn",
    "identity",
    "max",
    "min",
    "once",
    "repeat",
    "repeat_with",
    "replace",
    "size_of",
    "successors",
    "swap",
    "take",
    "zip",
];
/// What takes calls: they are durable, and told by type where they are awaited.
const TAKING: [&str; 6] = ["start", "start_detached", "push", "push_back", "insert", "extend"];

/// The questions about the functions that a body calls; those that the user answers for are left out.
pub(super) fn questions(body: &Block, scope: &Scope<'_>, errors: &mut Errors) -> TokenStream {
    let mut walk =
        Walk { bound: Bound::of(body, scope.parameters), awaited: awaited(body), called: Vec::new() };
    if scope.is_strict {
        walk.visit_block(body);
    }
    for trusted in scope.trusted {
        let before = walk.called.len();
        walk.called.retain(|path| !is_same(path, trusted));
        if walk.called.len() == before {
            errors.report(&say::TRUST_UNUSED, trusted, &[("path", &spelled(trusted))]);
        }
    }
    let questions = walk.called.iter().map(|path| {
        let span = path.span();
        let root = scope.root.at(span);
        quote_spanned!(span=> const _: fn(#path) = #root::__private::marked;)
    });
    questions.collect()
}

fn is_same(path: &Path, trusted: &Path) -> bool {
    match trusted.get_ident() {
        Some(name) => path.segments.last().is_some_and(|last| last.ident == *name),
        None => spelled(path) == spelled(trusted),
    }
}

struct Walk {
    bound: Bound,
    /// The text of everything that is awaited, in which variables are looked for.
    awaited: String,
    called: Vec<Path>,
}

impl Walk {
    fn note(&mut self, path: &Path) {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let is_std = match names.as_slice() {
            [name] => STD_FUNCTIONS.contains(&name.as_str()),
            [first, ..] => STD.contains(&first.as_str()),
            [] => true,
        };
        if is_std || !self.bound.is_function(path) || super::paths::refusal(path).is_some() {
            return;
        }
        let mut path = path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.arguments = PathArguments::None;
        }
        if !self.called.iter().any(|known| spelled(known) == spelled(&path)) {
            self.called.push(path);
        }
    }

    /// Walks through what is durable: calls in it are not asked about, their arguments are.
    fn durable(&mut self, expr: &Expr) {
        match expr {
            Expr::Call(call) => call.args.iter().for_each(|argument| {
                if is_set(&call.func) { self.durable(argument) } else { self.visit_expr(argument) }
            }),
            Expr::MethodCall(call) => {
                self.durable(&call.receiver);
                // `items.map(charge)`, and closures that make calls.
                call.args.iter().for_each(|argument| match argument {
                    Expr::Path(_) => {}
                    Expr::Closure(closure) => self.durable(&closure.body),
                    other => self.visit_expr(other),
                });
            }
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|member| self.durable(member)),
            Expr::Array(array) => array.elems.iter().for_each(|member| self.durable(member)),
            Expr::Paren(paren) => self.durable(&paren.expr),
            other => self.visit_expr(other),
        }
    }
}

/// `race(..)` or `all(..)`, `Some(..)`
fn is_set(function: &Expr) -> bool {
    let Expr::Path(path) = function else { return false };
    let last = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    ["race", "all", "Some"].contains(&&*last)
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_expr_await(&mut self, awaited: &'ast ExprAwait) {
        self.durable(&awaited.base);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(path) = &*call.func {
            self.note(&path.path);
        }
        call.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.visit_expr(&call.receiver);
        let takes_calls = TAKING.iter().any(|name| call.method == name);
        call.args.iter().for_each(|argument| {
            if takes_calls { self.durable(argument) } else { self.visit_expr(argument) }
        });
    }

    fn visit_local(&mut self, local: &'ast Local) {
        let name = crate::steps::plain_name(&local.pat).map(ToString::to_string);
        let is_awaited = name.is_some_and(|name| {
            self.awaited.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
        });
        match &local.init {
            Some(init) if is_awaited => self.durable(&init.expr),
            _ => visit::visit_local(self, local),
        }
    }

    /// Functions that are passed on by name.
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Path(path) => self.note(&path.path),
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// The text of every awaited expression.
fn awaited(body: &Block) -> String {
    struct Texts(String);
    impl<'ast> Visit<'ast> for Texts {
        fn visit_expr_await(&mut self, awaited: &'ast ExprAwait) {
            self.0.push_str(&spelled(&awaited.base));
            self.0.push(' ');
            visit::visit_expr_await(self, awaited);
        }
    }
    let mut texts = Texts(String::new());
    texts.visit_block(body);
    texts.0
}
