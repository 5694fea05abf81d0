//! Rules by type: the compiler is asked about values where their type is known, so that aliases, helpers and methods
//! hide nothing. The answers are in the runtime's `__private::probe`.
//!
//! ```text
//! Input:   let _ = charge(1);                        for item in &stock { .. }
//! Output:  let _ = Dropped(charge(1)).dropped();     for item in Iterated(&stock).ordered() { .. }
//! ```
//! Statics and variables are asked about in code that never runs, at the end of their block: by then their type is
//! known, and code behind a `break` may name what was moved.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, Ident, Local, Pat, PatIdent, Path, Stmt, Token};

use super::{Walk, rewrite};

/// What the block that is being walked will ask about.
#[derive(Default)]
pub(super) struct Questions {
    statics: Vec<Path>,
    variables: Vec<Ident>,
}

/// Methods whose result can be durable; all are the runtime's, since a helper has no `self`.
const DURABLE: [&str; 13] = [
    "app",
    "buffered",
    "collect",
    "continue_as_new",
    "create_timer",
    "create_timer_at",
    "drop_events",
    "id",
    "name",
    "propagate",
    "recv",
    "retry",
    "timeout",
];
/// Methods that iterate.
const ITERATING: [&str; 13] = [
    "iter",
    "iter_mut",
    "into_iter",
    "keys",
    "values",
    "values_mut",
    "into_keys",
    "into_values",
    "drain",
    "union",
    "intersection",
    "difference",
    "symmetric_difference",
];
/// Functions whose result is of the type that is wanted, which may be told only after the end of the block.
const OF_ANY_TYPE: [&str; 12] = [
    "parse",
    "collect",
    "into",
    "try_into",
    "sum",
    "product",
    "default",
    "unwrap_or_default",
    "new",
    "with_capacity",
    "from_str",
    "from_value",
];

impl Walk<'_> {
    /// `let _ = call(..);` and `call(..);`
    pub(super) fn ask_dropped(&mut self, stmt: &mut Stmt) {
        let value = match stmt {
            Stmt::Local(Local { pat: Pat::Wild(_), init: Some(init), .. }) => &mut *init.expr,
            Stmt::Expr(value, Some(_)) => value,
            _ => return,
        };
        let may_be_durable = match value {
            Expr::Call(call) => !has_condition(&call.attrs),
            Expr::MethodCall(call) => {
                DURABLE.iter().any(|name| call.method == name) && !has_condition(&call.attrs)
            }
            _ => false,
        };
        if may_be_durable {
            self.ask(value, "Dropped", "dropped");
        }
    }

    /// What a `for` loop goes through; the results of methods are asked where they are called.
    pub(super) fn ask_iterated(&mut self, iterated: &mut Expr) {
        let mut inner = &*iterated;
        while let Expr::Reference(reference) = inner {
            inner = &reference.expr;
        }
        if matches!(inner, Expr::Path(_) | Expr::Field(_) | Expr::Call(_)) && !self.accepted.covers("DC0312")
        {
            self.ask(iterated, "Iterated", "ordered");
        }
    }

    /// `map.keys()` and its like, after the walk through it.
    pub(super) fn ask_iterating_method(&mut self, expr: &mut Expr) {
        let Expr::MethodCall(call) = &*expr else { return };
        if ITERATING.iter().any(|name| call.method == name) && !self.accepted.covers("DC0312") {
            self.ask(expr, "Iterated", "ordered");
        }
    }

    fn ask(&mut self, value: &mut Expr, question: &str, method: &str) {
        self.has_questions = true;
        let span = place(value);
        let asked = rewrite::private_call(self.scope.root, question, span, rewrite::take(value));
        *value = rewrite::method_call(asked, method, span);
    }

    /// A path in an expression that may name a static of a module.
    pub(super) fn note_path(&mut self, path: &Path) {
        if self.conditions > 0 {
            return;
        }
        let mut names = path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let is_capitals = |name: &str| {
            name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        };
        let is_static = names.next().is_some_and(|last| is_capitals(&last))
            && names.all(|module| module.starts_with(|first: char| first.is_lowercase()));
        if is_static && !self.accepted.covers("DC0313") {
            let known = path.to_token_stream().to_string();
            if !self.questions.statics.iter().any(|noted| noted.to_token_stream().to_string() == known) {
                self.questions.statics.push(path.clone());
            }
        }
    }

    /// The variables of a `let` whose value other code makes; before the walk changes that code.
    pub(super) fn variables(&mut self, stmt: &Stmt) -> Vec<Ident> {
        let Stmt::Local(local @ Local { init: Some(init), .. }) = stmt else { return Vec::new() };
        // In an inner block, the result of a generic function may get its type from the block around.
        let is_told = self.blocks == 1 || !begins_with_function(&init.expr);
        if !is_told || !is_made_elsewhere(&init.expr) || self.conditions > 0 {
            return Vec::new();
        }
        // Whoever answers for the call answers for its value too.
        if self.accepted.covers("DC0314") || !self.accepted.is_empty() {
            return Vec::new();
        }
        let mut names = Names(Vec::new());
        names.visit_pat(&local.pat);
        names.0
    }

    /// Will ask about variables, in place of older ones of the same names.
    pub(super) fn note_variables(&mut self, names: Vec<Ident>) {
        self.questions.variables.retain(|noted| !names.contains(noted));
        self.questions.variables.extend(names);
    }

    /// Adds the questions to the end of their block.
    pub(super) fn put_questions(&mut self, block: &mut Block, questions: &Questions) {
        let has_value = matches!(block.stmts.last(), Some(Stmt::Expr(_, None)))
            || matches!(block.stmts.last(), Some(Stmt::Macro(call)) if call.semi_token.is_none());
        let end = block.stmts.len() - usize::from(has_value);
        let in_value = if has_value { block.stmts.last().map(ToTokens::to_token_stream) } else { None };
        let in_value = in_value.unwrap_or_default().to_string();
        // What is first used in the block's value may get its type there.
        let is_told = |name: &&Ident| {
            !in_value.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| *name == word)
        };
        let variables: Vec<_> = questions.variables.iter().filter(is_told).collect();
        if questions.statics.is_empty() && variables.is_empty() {
            return;
        }
        self.has_questions = true;
        let statics = questions.statics.iter().map(|path| {
            let span = place(path);
            let root = self.scope.root.at(span);
            quote_spanned!(span=> #root::__private::Shared(&#path).stable();)
        });
        let variables = variables.into_iter().map(|name| {
            let root = self.scope.root.at(name.span());
            quote_spanned!(name.span()=> #root::__private::Value(&#name).foreign();)
        });
        let label = syn::Lifetime::new("'__types", Span::mixed_site());
        // With a semicolon, so that it is never the value of a block that ends in `return ..;`.
        block.stmts.insert(
            end,
            Stmt::Expr(
                Expr::Verbatim(quote! {
                    #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::used_underscore_binding)]
                    #label: { break #label; #(#statics)* #(#variables)* }
                }),
                Some(<Token![;]>::default()),
            ),
        );
    }

    /// The traits that answer for all types that are not in question.
    pub(super) fn import_answers(&self) -> Option<TokenStream> {
        let root = self.scope.root.at(Span::call_site());
        self.has_questions.then(|| {
            quote! {
                #[allow(unused_imports)]
                use #root::__private::{DroppedExt as _, IteratedExt as _, SharedExt as _, ValueExt as _};
            }
        })
    }
}

/// The first name in `tokens`, where a question about all of them is shown.
fn place(tokens: &impl ToTokens) -> Span {
    let tokens: Vec<_> = tokens.to_token_stream().into_iter().collect();
    let name = tokens.iter().find(|token| matches!(token, TokenTree::Ident(word) if word != "mut"));
    name.or(tokens.first()).map_or_else(Span::call_site, TokenTree::span)
}

pub(super) fn has_condition(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
}

/// A call that is not awaited: what is awaited comes from the history.
fn is_made_elsewhere(expr: &Expr) -> bool {
    let is_named = |name: &Ident| OF_ANY_TYPE.iter().any(|any| name == any);
    match expr {
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => !path.path.segments.last().is_some_and(|last| is_named(&last.ident)),
            _ => false,
        },
        Expr::MethodCall(call) => !is_named(&call.method) && !is_of_any_type(&call.receiver),
        Expr::Try(tried) => is_made_elsewhere(&tried.expr),
        Expr::Paren(paren) => is_made_elsewhere(&paren.expr),
        Expr::Reference(reference) => is_made_elsewhere(&reference.expr),
        _ => false,
    }
}

/// Whether a chain of calls begins with what may be of any type: `text.parse().unwrap()`.
fn is_of_any_type(expr: &Expr) -> bool {
    match expr {
        Expr::Call(_) | Expr::MethodCall(_) | Expr::Try(_) | Expr::Paren(_) => !is_made_elsewhere(expr),
        _ => false,
    }
}

/// `load()?.len()`: a chain from a free function's result.
fn begins_with_function(expr: &Expr) -> bool {
    match expr {
        Expr::Call(_) => true,
        Expr::MethodCall(call) => begins_with_function(&call.receiver),
        Expr::Try(tried) => begins_with_function(&tried.expr),
        Expr::Paren(paren) => begins_with_function(&paren.expr),
        Expr::Reference(reference) => begins_with_function(&reference.expr),
        _ => false,
    }
}

struct Names(Vec<Ident>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        let name = pat.ident.to_string();
        if name.starts_with(|first: char| first.is_lowercase() || first == '_') {
            self.0.push(pat.ident.clone());
        }
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr(&mut self, _: &'ast Expr) {}
}
