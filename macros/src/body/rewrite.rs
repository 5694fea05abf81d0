//! The three rewrites of a parsed expression.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{
    Block, BlockModifiers, ClosureModifiers, Expr, ExprAsync, ExprAwait, ExprCall, ExprClosure,
    ExprMethodCall, ExprParen, Ident, ReturnType, Stmt, Token, parse_quote_spanned, token,
};

use super::context;
use crate::root::Root;

/// `base.await` → `Step(base).durable(__ctx).await`
///
/// Everything that is added has the place of `await`: the compiler reports one thing once for one place.
pub(super) fn durable(awaited: &mut ExprAwait, root: &Root) {
    let span = awaited.await_token.span;
    let step = private_call(root, "Step", span, take(&mut awaited.base));
    let mut effect = method_call(step, "durable", span);
    if let Expr::MethodCall(effect) = &mut effect {
        effect.args.push(Expr::Verbatim(context(span).to_token_stream()));
    }
    *awaited.base = effect;
}

/// `async { .. }` → `block(async { .. })`
pub(super) fn block(expr: &mut Expr, root: &Root) {
    let Expr::Async(block) = &*expr else { return };
    let span = block.async_token.span;
    let inner = take(expr);
    *expr = private_call(root, "block", span, inner);
}

/// `async move |x| body` → `move |x| block(async move { body })`
///
/// With a return type, which only a closure can name for its future:
/// `async move |x| -> T body` → `move |x| block((async move || -> T body)())`
pub(super) fn async_closure(closure: &mut ExprClosure, root: &Root) {
    let Some(async_token) = closure.asyncness.take() else { return };
    let span = async_token.span;
    let capture = Some(closure.capture.unwrap_or(token::Move(span)));
    let body = take(&mut closure.body);
    let future = match std::mem::replace(&mut closure.output, ReturnType::Default) {
        ReturnType::Default => Expr::Async(ExprAsync {
            attrs: Vec::new(),
            async_token,
            capture,
            modifiers: BlockModifiers::default(),
            block: braced(body, span),
        }),
        output => {
            let inner = ExprClosure {
                attrs: Vec::new(),
                lifetimes: None,
                modifiers: ClosureModifiers::default(),
                constness: None,
                asyncness: Some(async_token),
                capture,
                inputs_begin: Token![|](span),
                inputs: Punctuated::new(),
                inputs_end: Token![|](span),
                output,
                body: Box::new(body),
            };
            // The call is not the user's: no lint asks for it to be taken away.
            let generated = Span::mixed_site().located_at(span);
            let paren_token = token::Paren(generated);
            let inner = ExprParen { attrs: Vec::new(), paren_token, expr: Box::new(Expr::Closure(inner)) };
            call(inner.to_token_stream(), generated, [])
        }
    };
    *closure.body = private_call(root, "block", span, future);
}

fn braced(body: Expr, span: Span) -> Block {
    match body {
        Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => block.block,
        other => Block { brace_token: token::Brace(span), stmts: vec![Stmt::Expr(other, None)] },
    }
}

/// `Iterated(value).accepted::<__Accepted1>()`
pub(super) fn accepted(receiver: Expr, alias: Ident) -> Expr {
    let span = alias.span();
    let mut call = method_call(receiver, "accepted", span);
    if let Expr::MethodCall(call) = &mut call {
        call.turbofish = Some(parse_quote_spanned!(span=> ::<#alias>));
    }
    call
}

/// `::dacapo::__private::name(argument)`
pub(super) fn private_call(root: &Root, name: &str, span: Span, argument: Expr) -> Expr {
    call(private(root, name, span), span, [argument])
}

/// `receiver.method()`
pub(super) fn method_call(receiver: Expr, method: &str, span: Span) -> Expr {
    Expr::MethodCall(ExprMethodCall {
        attrs: Vec::new(),
        receiver: Box::new(receiver),
        dot_token: Token![.](span),
        method: Ident::new(method, span),
        turbofish: None,
        paren_token: token::Paren(span),
        args: Punctuated::new(),
    })
}

/// The expression, which the caller puts back in another form.
pub(super) fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, Expr::Verbatim(TokenStream::new()))
}

/// `::dacapo::__private::name`
fn private(root: &Root, name: &str, span: Span) -> TokenStream {
    let root = root.at(span);
    let name = Ident::new(name, span);
    quote_spanned!(span=> #root::__private::#name)
}

/// `callee(args)`
pub(super) fn call<const N: usize>(callee: TokenStream, span: Span, args: [Expr; N]) -> Expr {
    let args = args.into_iter().collect();
    let func = Box::new(Expr::Verbatim(callee));
    Expr::Call(ExprCall { attrs: Vec::new(), func, paren_token: token::Paren(span), args })
}
