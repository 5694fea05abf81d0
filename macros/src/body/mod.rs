//! The body of a workflow or helper: checked and rewritten in one walk, because an await that a check
//! has refused must not be rewritten (the compiler would refuse it a second time, in other words).
//!
//! ```text
//! Input:   charge(order).await?;              join.push(async move { ship(item).await });
//! Output:  durable(__ctx, charge(order)).await?;   join.push(block(async move { durable(__ctx, ship(item)).await }));
//! ```

mod continuing;
mod loops;
mod macros;
mod paths;
mod rewrite;
mod select;
mod tokens;

use proc_macro2::{Group, Span, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, ExprClosure, ExprMacro, Ident, Item, Macro, Path, Stmt};

use crate::catalogue as say;
use crate::errors::Errors;
use crate::kind::Kind;
use crate::root::Root;

/// What the walk needs to know about the function around the body.
pub(crate) struct Scope<'a> {
    pub(crate) kind: Kind,
    pub(crate) root: &'a Root,
    pub(crate) ident: &'a Ident,
    pub(crate) allowed_macros: &'a [Path],
}

/// The context in generated code; hygienic, so no name of the user's meets it.
pub(crate) fn context(span: Span) -> Ident {
    Ident::new("__ctx", Span::mixed_site().located_at(span))
}

/// The statements of the body, every await an effect.
///
/// A body that does not parse, as while it is being typed, is reported and replaced by a panic: the
/// function's callers compile on.
pub(crate) fn rewritten(body: &Group, scope: &Scope<'_>, errors: &mut Errors) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        Ok((Attribute::parse_inner(input)?, Block::parse_within(input)?))
    };
    let (attrs, stmts) = match parser.parse2(body.stream()) {
        Ok(parsed) => parsed,
        Err(error) => {
            errors.push(error);
            return quote!(::core::unreachable!());
        }
    };
    let mut block = Block { brace_token: syn::token::Brace(body.delim_span()), stmts };
    continuing::check(&block, scope, errors);
    let mut walk = Walk { scope, errors, has_postfix_await: false, loops: loops::Loops::default() };
    walk.visit_block_mut(&mut block);
    let import = walk.has_postfix_await.then(|| {
        let root = scope.root.at(Span::call_site());
        quote!(use #root::__private::AwaitExt as _;)
    });
    let stmts = block.stmts;
    quote!(#(#attrs)* #import #(#stmts)*)
}

struct Walk<'a> {
    scope: &'a Scope<'a>,
    errors: &'a mut Errors,
    /// Whether some macro's tokens were rewritten to the method form, whose trait must be in scope.
    has_postfix_await: bool,
    loops: loops::Loops,
}

impl VisitMut for Walk<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Await(_) => self.visit_await(expr),
            Expr::Macro(call) if select::is_select(&call.mac) => {
                *expr = select::expanded(&call.mac, self.scope.root, self.errors);
                self.visit_expr_mut(expr);
            }
            Expr::Async(_) => self.visit_async(expr),
            Expr::Closure(closure) => self.visit_closure(closure),
            Expr::Loop(_) | Expr::While(_) => self.visit_loop(expr),
            Expr::Unsafe(block) => {
                self.errors.report(&say::UNSAFE, block.unsafe_token, &[]);
                visit_mut::visit_expr_unsafe_mut(self, block);
            }
            Expr::Path(path) => paths::check(&path.path, self.errors),
            Expr::MethodCall(call) => {
                paths::check_method(call, self.errors);
                visit_mut::visit_expr_method_call_mut(self, call);
            }
            Expr::Cast(cast) => {
                paths::check_cast(cast, self.errors);
                visit_mut::visit_expr_cast_mut(self, cast);
            }
            Expr::Verbatim(unknown) => *unknown = self.tokens(unknown.clone()),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(call) = stmt
            && select::is_select(&call.mac)
        {
            let attrs = std::mem::take(&mut call.attrs);
            let mac = call.mac.clone();
            *stmt = Stmt::Expr(Expr::Macro(ExprMacro { attrs, mac }), call.semi_token);
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.check_macro(&mac.path, &mac.tokens);
        mac.tokens = self.tokens(mac.tokens.clone());
    }

    /// Items inside the body are functions and types of their own: the compiler refuses there what is not
    /// theirs. Only a `static` belongs to no execution.
    fn visit_item_mut(&mut self, item: &mut Item) {
        match item {
            Item::Static(item) => self.errors.report(&say::STATIC, item.static_token, &[]),
            Item::Macro(item) if item.ident.is_none() => self.visit_macro_mut(&mut item.mac),
            _ => {}
        }
    }
}

impl Walk<'_> {
    fn visit_await(&mut self, expr: &mut Expr) {
        let Expr::Await(awaited) = expr else { return };
        self.loops.note_await();
        let is_refused = paths::leading(&awaited.base).is_some_and(paths::is_refused);
        self.visit_expr_mut(&mut awaited.base);
        if !is_refused {
            rewrite::durable(awaited, self.scope.root);
        }
    }

    fn visit_async(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        rewrite::block(expr, self.scope.root);
    }

    fn visit_closure(&mut self, closure: &mut ExprClosure) {
        visit_mut::visit_expr_closure_mut(self, closure);
        if let (Some(asyncness), None) = (&closure.asyncness, &closure.capture) {
            self.errors.report(&say::ASYNC_CLOSURE, asyncness, &[]);
        }
        rewrite::async_closure(closure, self.scope.root);
    }

    fn visit_loop(&mut self, expr: &mut Expr) {
        let outer = self.loops.enter();
        visit_mut::visit_expr_mut(self, expr);
        self.loops.leave(outer, expr, self.errors);
    }
}
