//! The step that an expression stands for when it is awaited or started.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, Path, Token};

use super::Walk;
use crate::spelling::{compact, spelled};

/// Methods that say how a call is made, with what they are worth in a history.
const KEPT: [&str; 3] = ["retry", "propagate", "unique"];

/// `#0`, `event @1 +timeout`, `(#0, timer)`, `many(charge)`
pub(super) fn step(walk: &mut Walk, expr: &Expr) -> String {
    match expr {
        Expr::Call(call) => function(walk, call),
        Expr::MethodCall(call) => method(walk, call),
        Expr::Tuple(tuple) => format!("({})", members(walk, &tuple.elems)),
        Expr::Array(array) => format!("[{}]", members(walk, &array.elems)),
        Expr::Paren(paren) => step(walk, &paren.expr),
        Expr::Group(group) => step(walk, &group.expr),
        Expr::Reference(reference) => step(walk, &reference.expr),
        Expr::Try(tried) => step(walk, &tried.expr),
        Expr::Async(_) => "async".to_owned(),
        Expr::Path(path) => match walk.held(&path.path) {
            // A variable of its own name again would lead round in circles.
            Some(init) if !matches!(init, Expr::Path(_) | Expr::Await(_)) => step(walk, &init),
            _ => "value".to_owned(),
        },
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            let parsed = call.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
            parsed.map_or_else(|_| "vec".to_owned(), |elems| format!("[{}]", members(walk, &elems)))
        }
        other => many(walk, other),
    }
}

fn members<'e>(walk: &mut Walk, elems: impl IntoIterator<Item = &'e Expr>) -> String {
    let steps: Vec<_> = elems.into_iter().map(|member| step(walk, member)).collect();
    steps.join(", ")
}

fn function(walk: &mut Walk, call: &ExprCall) -> String {
    let path = match &*call.func {
        Expr::Path(path) => Some(path.path.clone()),
        // Of a `select!`, which is a race.
        Expr::Verbatim(tokens) => syn::parse2(tokens.clone()).ok(),
        _ => None,
    };
    let Some(path) = path else { return many(walk, &call.func) };
    let last = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    if last == "race" || last == "all" {
        return format!("{last} {}", members(walk, &call.args));
    }
    if walk.bound.is_function(&path) && last != "ready" { walk.call(&path) } else { "value".to_owned() }
}

fn method(walk: &mut Walk, call: &ExprMethodCall) -> String {
    let name = call.method.to_string();
    match name.as_str() {
        "recv" => match &*call.receiver {
            Expr::Path(path) if !walk.bound.is_function(&path.path) && is_constant(&path.path) => {
                walk.event(&path.path)
            }
            _ => "event".to_owned(),
        },
        "create_timer" | "create_timer_at" => "timer".to_owned(),
        "timeout" => format!("{} +timeout", step(walk, &call.receiver)),
        "continue_as_new" => format!("continue {}", step(walk, &call.receiver)),
        "start" => "started".to_owned(),
        "app" | "app_in" | "id" | "name" | "drop_events" => step(walk, &call.receiver),
        kept if KEPT.contains(&kept) => {
            let how: Vec<_> = call.args.iter().map(compact).collect();
            format!("{} +{kept}[{}]", step(walk, &call.receiver), how.join(", "))
        }
        _ => many(walk, &Expr::MethodCall(call.clone())),
    }
}

/// `APPROVAL`, `events::APPROVAL`: known when the program is compiled.
fn is_constant(path: &Path) -> bool {
    let name = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    !name.is_empty() && name.chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '_')
}

/// What an iterator or another computation yields: the functions in it, as they are spelled.
fn many(walk: &Walk, expr: &Expr) -> String {
    struct Functions<'w>(&'w Walk, Vec<String>);
    impl<'ast> Visit<'ast> for Functions<'_> {
        fn visit_path(&mut self, path: &'ast Path) {
            if self.0.bound.is_function(path) {
                self.1.push(spelled(path.segments.last().map(|segment| &segment.ident).to_token_stream()));
            }
            visit::visit_path(self, path);
        }
    }
    let mut found = Functions(walk, Vec::new());
    found.visit_expr(expr);
    format!("many({})", found.1.join(", "))
}
