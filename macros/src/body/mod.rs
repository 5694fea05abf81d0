//! The body of a workflow or helper: checked and rewritten in one walk, because an await that a check
//! has refused must not be rewritten (the compiler would refuse it a second time, in other words).
//!
//! ```text
//! Input:   charge(order).await?;                      join.push(async move { ship(item).await });
//! Output:  Step(charge(order)).durable(__ctx).await?; join.push(block(async move { Step(ship(item)).durable(__ctx).await }));
//! ```

mod accept;
mod continuing;
mod loops;
mod macros;
mod paths;
mod probes;
mod rewrite;
mod select;
mod strict;
mod tokens;

pub(crate) use paths::refused_as;

use std::mem;

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Attribute, Block, Expr, ExprCall, ExprClosure, Ident, Item, LitStr, Macro, Path, Stmt, Token,
};

use crate::catalogue::{self as say, Row};
use crate::errors::{self, Errors};
use crate::kind::Kind;
use crate::root::Root;
use crate::steps::{self, Steps};

/// What the walk needs to know about the function around the body.
pub(crate) struct Scope<'a> {
    pub(crate) kind: Kind,
    pub(crate) root: &'a Root,
    pub(crate) ident: &'a Ident,
    /// The version that a workflow names.
    pub(crate) version: Option<&'a LitStr>,
    /// Whether every function that is called must be marked.
    pub(crate) is_strict: bool,
    /// Functions that the user answers for.
    pub(crate) trusted: &'a [Path],
    /// Names of the function's parameters.
    pub(crate) parameters: &'a [Ident],
    pub(crate) allowed_macros: &'a [Path],
}

/// A rewritten body.
#[derive(Default)]
pub(crate) struct Code {
    /// What comes first in a block: its attributes and imports.
    pub(crate) head: TokenStream,
    pub(crate) statements: TokenStream,
    /// What is awaited and started, in which order.
    pub(crate) steps: Steps,
}

/// The context in generated code; hygienic, so no name of the user's meets it.
pub(crate) fn context(span: Span) -> Ident {
    Ident::new("__ctx", Span::mixed_site().located_at(span))
}

/// The statements of the body, every await an effect.
///
/// A body that does not parse, as while it is being typed, is replaced by the error: the function's
/// callers compile on.
pub(crate) fn rewritten(body: &Group, scope: &Scope<'_>, errors: &mut Errors) -> Code {
    let parser = |input: ParseStream<'_>| Ok((Attribute::parse_inner(input)?, Block::parse_within(input)?));
    let (attrs, stmts) = match parser.parse2(body.stream()) {
        Ok(parsed) => parsed,
        Err(error) => return Code { statements: error.to_compile_error(), ..Code::default() },
    };
    let mut block = Block { brace_token: syn::token::Brace(body.delim_span()), stmts };
    select::expand(&mut block, scope.root);
    let steps = match scope.kind {
        Kind::Workflow | Kind::Durable => steps::of(&block, scope.parameters),
        Kind::Activity | Kind::Pure => Steps::default(),
    };
    let strict = strict::questions(&block, scope, errors);
    continuing::mark_returned(&mut block);
    let mut walk = Walk::new(scope, errors);
    walk.visit_block_mut(&mut block);
    let import = walk.has_postfix_await.then(|| {
        let root = scope.root.at(Span::call_site());
        quote!(use #root::__private::AwaitExt as _;)
    });
    walk.check_allowed_macros();
    let answers = walk.import_answers();
    let stmts = block.stmts;
    Code { head: quote!(#(#attrs)* #import #answers #strict), statements: quote!(#(#stmts)*), steps }
}

struct Walk<'a> {
    scope: &'a Scope<'a>,
    errors: &'a mut Errors,
    /// Whether some macro's tokens were rewritten to the method form, whose trait must be in scope.
    has_postfix_await: bool,
    loops: loops::Loops,
    /// Closures and async blocks around.
    nested: usize,
    accepted: accept::Accepted,
    /// Which of the macros that the user answers for there are.
    met_macros: Vec<bool>,
    /// What the block that is being walked asks about types.
    questions: probes::Questions,
    /// Blocks around, the body's own included.
    blocks: usize,
    /// Conditions (`#[cfg]`) around: what is behind one may not exist.
    conditions: usize,
    /// Whether any question was put, whose traits must be in scope.
    has_questions: bool,
}

/// A diagnostic that the user may answer for.
struct Refusal {
    row: &'static Row,
    error: syn::Error,
}

impl Refusal {
    fn new(row: &'static Row, at: impl ToTokens, values: &[(&str, &str)]) -> Self {
        Self { row, error: errors::error(row, at, values) }
    }
}

impl VisitMut for Walk<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let (mark, conditions) = self.enter(accept::of_expr(expr));
        self.expr(expr);
        self.leave(mark, conditions);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let outer = mem::take(&mut self.questions);
        self.blocks += 1;
        self.note_forgotten(&block.stmts);
        visit_mut::visit_block_mut(self, block);
        self.blocks -= 1;
        let questions = mem::replace(&mut self.questions, outer);
        self.put_questions(block, &questions);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        let (mark, conditions) = self.enter(accept::of_stmt(stmt));
        let (variables, before) = (self.variables(stmt), self.errors.count());
        match stmt {
            Stmt::Macro(call) if let Some(error) = macros::refused(&call.mac) => {
                *stmt = Stmt::Expr(in_place(&error), Some(<Token![;]>::default()));
            }
            _ => {
                visit_mut::visit_stmt_mut(self, stmt);
                // What was refused by its name is not refused once more by its type.
                if self.errors.count() == before {
                    self.ask_dropped(stmt);
                    self.note_variables(variables);
                }
            }
        }
        self.leave(mark, conditions);
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        let (mark, conditions) = self.enter(Some(&mut arm.attrs));
        visit_mut::visit_arm_mut(self, arm);
        self.leave(mark, conditions);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.check_macro(&mac.path, &mac.tokens);
        mac.tokens = self.tokens(mac.tokens.clone());
    }

    /// Items inside the body are functions and types of their own: the compiler refuses there what is not
    /// theirs. Only a `static` belongs to no execution.
    fn visit_item_mut(&mut self, item: &mut Item) {
        match item {
            Item::Static(item) => self.refuse(Refusal::new(&say::STATIC, item.static_token, &[])),
            Item::Macro(item) if item.ident.is_none() => self.visit_macro_mut(&mut item.mac),
            _ => {}
        }
    }
}

/// The error where an expression stands: the compiler knows no type for it, so it says nothing about what
/// is done with it.
fn in_place(error: &syn::Error) -> Expr {
    Expr::Verbatim(error.to_compile_error())
}

/// Whether an argument is a block or closure, which may capture the context.
fn is_code(argument: &Expr) -> bool {
    matches!(argument, Expr::Async(_) | Expr::Closure(_))
}

impl<'a> Walk<'a> {
    fn new(scope: &'a Scope<'a>, errors: &'a mut Errors) -> Self {
        Self {
            scope,
            errors,
            has_postfix_await: false,
            loops: loops::Loops::default(),
            nested: 0,
            accepted: accept::Accepted::default(),
            met_macros: vec![false; scope.allowed_macros.len()],
            questions: probes::Questions::default(),
            blocks: 0,
            conditions: 0,
            has_questions: false,
        }
    }

    /// Notes opt-outs and conditions of code that is about to be walked; the marks are for [`leave`](Self::leave).
    fn enter(&mut self, attrs: Option<&mut Vec<Attribute>>) -> (usize, usize) {
        let conditions = self.conditions;
        self.conditions += usize::from(attrs.as_deref().is_some_and(|attrs| probes::has_condition(attrs)));
        (self.accepted.enter(attrs, self.errors), conditions)
    }

    fn leave(&mut self, mark: usize, conditions: usize) {
        self.accepted.leave(mark, self.errors);
        self.conditions = conditions;
    }

    /// Reports what the user does not answer for.
    fn refuse(&mut self, refusal: Refusal) {
        if let Some(error) = self.unaccepted(Some(refusal)) {
            self.errors.push(error);
        }
    }

    fn unaccepted(&mut self, refusal: Option<Refusal>) -> Option<syn::Error> {
        refusal.filter(|refusal| !self.accepted.takes(refusal)).map(|refusal| refusal.error)
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Await(_) => self.visit_await(expr),
            Expr::Async(_) => self.visit_async(expr),
            Expr::Closure(closure) => self.visit_closure(closure),
            Expr::Loop(_) | Expr::While(_) => self.visit_loop(expr),
            Expr::Call(call) => match self.refused_with_work(call) {
                Some(error) => *expr = in_place(&error),
                None => self.visit_call(call),
            },
            Expr::MethodCall(_) => self.visit_method_call(expr),
            Expr::Macro(call) if let Some(error) = macros::refused(&call.mac) => *expr = in_place(&error),
            Expr::Unsafe(block) => {
                self.refuse(Refusal::new(&say::UNSAFE, block.unsafe_token, &[]));
                visit_mut::visit_expr_unsafe_mut(self, block);
            }
            Expr::Path(path) => {
                self.visit_path(&path.path);
                self.note_path(&path.path);
            }
            Expr::ForLoop(each) => {
                visit_mut::visit_expr_for_loop_mut(self, each);
                self.ask_iterated(&mut each.expr);
            }
            Expr::Cast(cast) => {
                if let Some(refusal) = paths::cast(cast) {
                    self.refuse(refusal);
                }
                visit_mut::visit_expr_cast_mut(self, cast);
            }
            Expr::RawAddr(raw) => {
                self.refuse(Refusal::new(&say::ADDRESS, raw.and_token, &[]));
                visit_mut::visit_expr_raw_addr_mut(self, raw);
            }
            Expr::Verbatim(unknown) => *unknown = self.tokens(unknown.clone()),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_path(&mut self, path: &Path) {
        if let Some(refusal) = paths::refusal(path) {
            self.refuse(refusal);
        }
    }

    fn visit_await(&mut self, expr: &mut Expr) {
        let Expr::Await(awaited) = expr else { return };
        self.loops.note_await();
        let leads_out = paths::leading(&awaited.base).and_then(paths::refusal).is_some();
        let before = self.errors.count();
        self.visit_expr_mut(&mut awaited.base);
        let is_refused = leads_out && self.errors.count() > before;
        if !is_refused && self.scope.kind != Kind::Pure {
            rewrite::durable(awaited, self.scope.root);
        }
    }

    /// The error of a function that waits or spawns, and is given values. It stands in place of the whole, for what
    /// wants futures would refuse calls once more.
    fn refused_with_work(&mut self, call: &ExprCall) -> Option<syn::Error> {
        let Expr::Path(path) = &*call.func else { return None };
        let is_work =
            |argument: &Expr| matches!(argument, Expr::Call(_) | Expr::MethodCall(_) | Expr::Path(_));
        let polls = [say::WAIT.code, say::SPAWN.code, say::BLOCKING.code];
        let refusal = paths::refusal(&path.path).filter(|refusal| polls.contains(&refusal.row.code));
        self.unaccepted(refusal.filter(|_| call.args.iter().any(is_work)))
    }

    /// A refused function is given its error in place of the block or closure it would get, which would be
    /// refused once more: other code may not have it.
    fn visit_call(&mut self, call: &mut ExprCall) {
        let refusal = match &*call.func {
            Expr::Path(path) => paths::refusal(&path.path),
            _ => None,
        };
        let Some(argument) = call.args.iter_mut().find(|argument| is_code(argument)) else {
            return visit_mut::visit_expr_call_mut(self, call);
        };
        match self.unaccepted(refusal) {
            Some(error) => *argument = in_place(&error),
            None => visit_mut::visit_expr_call_mut(self, call),
        }
    }

    fn visit_method_call(&mut self, expr: &mut Expr) {
        let Expr::MethodCall(call) = expr else { return };
        if let Some(error) = continuing::check(call, self.scope, self.nested > 0) {
            *expr = in_place(&error);
            return;
        }
        if let (Some(version), true) = (self.scope.version, call.method == "is_patched") {
            let version = version.value();
            self.errors.report(&say::PATCHED_VERSION, &call.method, &[("version", &version)]);
        }
        let blocking = self.unaccepted(paths::blocking_method(call));
        match (blocking, call.args.first_mut()) {
            (Some(error), Some(argument)) => *argument = in_place(&error),
            (Some(error), None) => *expr = in_place(&error),
            (None, _) => {
                visit_mut::visit_expr_method_call_mut(self, call);
                self.ask_iterating_method(expr);
                self.ask_touching_method(expr);
            }
        }
    }

    fn visit_async(&mut self, expr: &mut Expr) {
        self.nested += 1;
        visit_mut::visit_expr_mut(self, expr);
        self.nested -= 1;
        if self.scope.kind != Kind::Pure {
            rewrite::block(expr, self.scope.root);
        }
    }

    fn visit_closure(&mut self, closure: &mut ExprClosure) {
        self.nested += 1;
        visit_mut::visit_expr_closure_mut(self, closure);
        self.nested -= 1;
        if self.scope.kind == Kind::Pure {
            return;
        }
        if let (Some(asyncness), None) = (&closure.asyncness, &closure.capture) {
            self.errors.report(&say::ASYNC_CLOSURE, asyncness, &[]);
        }
        rewrite::async_closure(closure, self.scope.root);
    }

    fn visit_loop(&mut self, expr: &mut Expr) {
        let outer = self.loops.enter();
        visit_mut::visit_expr_mut(self, expr);
        if let Some(refusal) = self.loops.leave(outer, expr) {
            self.refuse(refusal);
        }
    }
}
