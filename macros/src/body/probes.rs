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
use syn::{Attribute, Block, Expr, ExprMethodCall, Ident, Local, Pat, PatIdent, Path, Stmt};

use super::{Walk, rewrite};
use crate::spelling::spelled;

/// What the block that is being walked will ask about.
#[derive(Default)]
pub(super) struct Questions {
    statics: Vec<Static>,
    variables: Vec<Variable>,
    /// Variables that nothing names again, in the place of what they hold.
    forgotten: Vec<Ident>,
}

/// What may be a static of a module, with the opt-out that covers it.
struct Static {
    path: Path,
    accepted: Option<Ident>,
}

/// A variable of a `let` whose value other code makes.
pub(super) struct Variable {
    name: Ident,
    foreign: Answer,
    /// Of the result of a free function, which may give out what others hold too.
    lent: Option<Answer>,
}

/// How a question is put.
enum Answer {
    /// The value is refused if its type is.
    Refused,
    /// The opt-out is refused if the type is not.
    Accepted(Ident),
    /// Another opt-out covers the statement.
    Unasked,
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
/// Methods that ask the file system, the network or a clock on some types and compute on others.
const TOUCHING: [&str; 12] = [
    "canonicalize",
    "elapsed",
    "exists",
    "is_dir",
    "is_file",
    "is_symlink",
    "metadata",
    "read_dir",
    "read_link",
    "symlink_metadata",
    "to_socket_addrs",
    "try_exists",
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
    /// `let call = call(..);` whose variable nothing names again; before the walk changes the block.
    pub(super) fn note_forgotten(&mut self, stmts: &[Stmt]) {
        for (index, stmt) in stmts.iter().enumerate() {
            let Stmt::Local(Local { attrs, pat, init: Some(init), .. }) = stmt else { continue };
            let Some(name) = plain_name(pat) else { continue };
            if !makes_durable(&init.expr) || self.conditions > 0 || has_condition(attrs) {
                continue;
            }
            let rest = &stmts[index + 1..];
            let rest = quote!(#(#rest)*).to_string();
            if !words(&rest).any(|word| *name == word) {
                let mut name = name.clone();
                name.set_span(name.span().located_at(place(&init.expr)));
                self.questions.forgotten.push(name);
            }
        }
    }

    /// `let _ = call(..);` and `call(..);`
    pub(super) fn ask_dropped(&mut self, stmt: &mut Stmt) {
        let value = match stmt {
            Stmt::Local(Local { pat: Pat::Wild(_), init: Some(init), .. }) => &mut *init.expr,
            Stmt::Expr(value, Some(_)) => value,
            _ => return,
        };
        if makes_durable(value) {
            self.ask(value, "Dropped", "dropped");
        }
    }

    /// What a `for` loop goes through; the results of methods are asked where they are called.
    pub(super) fn ask_iterated(&mut self, iterated: &mut Expr) {
        let mut inner = &*iterated;
        while let Expr::Reference(reference) = inner {
            inner = &reference.expr;
        }
        let is_asked = match inner {
            Expr::Path(_) | Expr::Field(_) | Expr::Call(_) | Expr::Try(_) | Expr::Await(_) => true,
            Expr::Index(_) | Expr::Paren(_) | Expr::Unary(_) => true,
            Expr::MethodCall(call) => !is_iterating(call),
            _ => false,
        };
        if is_asked {
            self.ask_ordered(iterated);
        }
    }

    /// `map.keys()` and its like, after the walk through it.
    pub(super) fn ask_iterating_method(&mut self, expr: &mut Expr) {
        let Expr::MethodCall(call) = &*expr else { return };
        if is_iterating(call) {
            self.ask_ordered(expr);
        }
    }

    fn ask_ordered(&mut self, iterated: &mut Expr) {
        match self.accepted.covers("DC0312") {
            None => self.ask(iterated, "Iterated", "ordered"),
            Some(alias) => {
                self.has_questions = true;
                let inner = rewrite::take(iterated);
                let asked = rewrite::private_call(self.scope.root, "Iterated", alias.span(), inner);
                *iterated = rewrite::accepted(asked, alias);
            }
        }
    }

    /// `path.exists()` and its like, after the walk through it.
    pub(super) fn ask_touching_method(&mut self, expr: &mut Expr) {
        let Expr::MethodCall(call) = expr else { return };
        if !TOUCHING.iter().any(|name| call.method == name) || self.accepted.covers("DC0321").is_some() {
            return;
        }
        let span = call.method.span();
        if !is_place(&call.receiver) {
            let receiver = rewrite::take(&mut call.receiver);
            let asked = rewrite::private_call(self.scope.root, "Touched", span, receiver);
            *call.receiver = rewrite::method_call(asked, "asked", span);
            self.has_questions = true;
            return;
        }
        // A variable is asked about in code that never runs, for the method may need it as it is.
        let (root, receiver) = (self.scope.root.at(span), &call.receiver);
        let question = quote_spanned!(span=> #root::__private::Touched(&#receiver).asked(););
        let never = never(question);
        *expr = Expr::Verbatim(quote!({ #never #expr }));
        self.has_questions = true;
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
        if !is_static {
            return;
        }
        let accepted = self.accepted.covers("DC0313");
        let known = spelled(path);
        let is_noted =
            |noted: &Static| noted.accepted.is_some() == accepted.is_some() && spelled(&noted.path) == known;
        if !self.questions.statics.iter().any(is_noted) {
            self.questions.statics.push(Static { path: path.clone(), accepted });
        }
    }

    /// The variables of a `let` whose value other code makes; before the walk changes that code.
    pub(super) fn variables(&mut self, stmt: &Stmt) -> Vec<Variable> {
        let Stmt::Local(local @ Local { init: Some(init), .. }) = stmt else { return Vec::new() };
        // In an inner block, the result of a generic function may get its type from the block around.
        let is_told = self.blocks == 1 || !begins_with_function(&init.expr);
        if !is_told || !is_made_elsewhere(&init.expr) || self.conditions > 0 {
            return Vec::new();
        }
        let is_lent = is_free_function(&init.expr);
        let mut names = Names(Vec::new());
        names.visit_pat(&local.pat);
        let to_variable = |name| Variable {
            name,
            foreign: self.answer("DC0314"),
            lent: is_lent.then(|| self.answer("DC0313")),
        };
        names.0.into_iter().map(to_variable).collect()
    }

    fn answer(&mut self, code: &str) -> Answer {
        match self.accepted.covers(code) {
            Some(alias) => Answer::Accepted(alias),
            // Whoever answers for the call answers for its value too.
            None if !self.accepted.is_empty() => Answer::Unasked,
            None => Answer::Refused,
        }
    }

    /// Will ask about variables, in place of older ones of the same names.
    pub(super) fn note_variables(&mut self, variables: Vec<Variable>) {
        self.questions
            .variables
            .retain(|noted| !variables.iter().any(|variable| variable.name == noted.name));
        self.questions.variables.extend(variables);
    }

    /// Adds the questions to the end of their block.
    pub(super) fn put_questions(&mut self, block: &mut Block, questions: &Questions) {
        let has_value = matches!(block.stmts.last(), Some(Stmt::Expr(_, None)))
            || matches!(block.stmts.last(), Some(Stmt::Macro(call)) if call.semi_token.is_none());
        let end = block.stmts.len() - usize::from(has_value);
        let in_value = if has_value { block.stmts.last().map(ToTokens::to_token_stream) } else { None };
        let in_value = in_value.unwrap_or_default().to_string();
        // What is first used in the block's value may get its type there.
        let is_told = |variable: &&Variable| !words(&in_value).any(|word| variable.name == word);
        let variables: Vec<_> = questions.variables.iter().filter(is_told).collect();
        if questions.statics.is_empty() && variables.is_empty() && questions.forgotten.is_empty() {
            return;
        }
        let statics = questions.statics.iter().map(|Static { path, accepted }| {
            let span = accepted.as_ref().map_or_else(|| place(path), Ident::span);
            let answer = accepted.clone().map_or(Answer::Refused, Answer::Accepted);
            self.question(span, "Shared", path, &answer, ("stable", "accepted"))
        });
        let variables = variables.into_iter().map(|Variable { name, foreign, lent }| {
            let lent =
                lent.as_ref().map(|lent| self.question(name.span(), "Shared", name, lent, ("owned", "lent")));
            let foreign = self.question(name.span(), "Value", name, foreign, ("foreign", "accepted"));
            quote!(#foreign #lent)
        });
        let forgotten = questions.forgotten.iter().map(|name| {
            let root = self.scope.root.at(name.span());
            quote_spanned!(name.span()=> #root::__private::Dropped(#name).dropped();)
        });
        let questions = quote!(#(#statics)* #(#variables)* #(#forgotten)*);
        if questions.is_empty() {
            return;
        }
        let never = never(questions);
        self.has_questions = true;
        block.stmts.insert(end, Stmt::Expr(Expr::Verbatim(never), None));
    }

    /// `Value(&name).foreign();`
    fn question(
        &self,
        span: Span,
        kind: &str,
        of: &impl ToTokens,
        answer: &Answer,
        (refusing, accepting): (&str, &str),
    ) -> Option<TokenStream> {
        let (span, method) = match answer {
            Answer::Unasked => return None,
            Answer::Refused => (span, Ident::new(refusing, span).to_token_stream()),
            Answer::Accepted(alias) => {
                let accepting = Ident::new(accepting, alias.span());
                (alias.span(), quote_spanned!(alias.span()=> #accepting::<#alias>))
            }
        };
        let (root, kind) = (self.scope.root.at(span), Ident::new(kind, span));
        Some(quote_spanned!(span=> #root::__private::#kind(&#of).#method();))
    }

    /// The traits that answer for all types that are not in question.
    pub(super) fn import_answers(&self) -> Option<TokenStream> {
        let root = self.scope.root.at(Span::call_site());
        let aliases = self.accepted.aliases(self.scope.root);
        self.has_questions.then(|| {
            quote! {
                #[allow(unused_imports)]
                use #root::__private::{
                    DroppedExt as _, IteratedExt as _, SharedExt as _, TouchedExt as _, ValueExt as _,
                };
                #aliases
            }
        })
    }
}

/// Code that is only checked.
///
/// With a semicolon, so that it is never the value of a block that ends in `return ..;`.
fn never(questions: TokenStream) -> TokenStream {
    let label = syn::Lifetime::new("'__types", Span::mixed_site());
    quote! {
        #[allow(unreachable_code, clippy::diverging_sub_expression, clippy::used_underscore_binding)]
        #label: { break #label; #questions };
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// `name` or `name: Type`, `mut` or not.
fn plain_name(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(&pat.ident),
        Pat::Type(typed) => plain_name(&typed.pat),
        _ => None,
    }
}

fn is_iterating(call: &ExprMethodCall) -> bool {
    ITERATING.iter().any(|name| call.method == name)
}

/// Whether an expression may yield something durable.
fn makes_durable(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) => !has_condition(&call.attrs),
        Expr::MethodCall(call) => {
            DURABLE.iter().any(|name| call.method == name) && !has_condition(&call.attrs)
        }
        Expr::Macro(call) => call.mac.path.is_ident("vec"),
        Expr::Array(_) | Expr::Async(_) | Expr::Tuple(_) => true,
        Expr::Paren(paren) => makes_durable(&paren.expr),
        _ => false,
    }
}

/// `order.path`: what is there without being made.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Paren(paren) => is_place(&paren.expr),
        _ => false,
    }
}

/// The result of a function that belongs to no type: those of types make values, or clone what is there.
fn is_free_function(expr: &Expr) -> bool {
    match expr {
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Path(path) if path.path.segments.iter().all(|segment| {
                segment.ident.to_string().starts_with(|first: char| first.is_lowercase())
            }))
        }
        Expr::Try(tried) => is_free_function(&tried.expr),
        Expr::Paren(paren) => is_free_function(&paren.expr),
        _ => false,
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
