//! Names that a module gives twice.

use syn::punctuated::Punctuated;
use syn::{
    Expr, ExprLit, GenericArgument, Item, ItemConst, ItemFn, Lit, LitStr, Meta, PathArguments, Token, Type,
};

use crate::catalogue as say;
use crate::errors::Errors;
use crate::kind::Kind;
use crate::spelling::spelled;

/// Reports activities and workflows of one name, and events of one name with two payloads.
pub(super) fn check(items: &[Item], errors: &mut Errors) {
    let mut functions = Vec::new();
    let mut events = Vec::new();
    for item in items {
        match item {
            Item::Fn(function) => one_function(function, &mut functions, errors),
            Item::Const(event) => one_event(event, &mut events, errors),
            _ => {}
        }
    }
}

fn one_function(function: &ItemFn, known: &mut Vec<(Kind, String)>, errors: &mut Errors) {
    for attr in &function.attrs {
        let last = attr.path().segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let Some(kind @ (Kind::Activity | Kind::Workflow)) = Kind::of_attribute(&last) else { continue };
        let options = match &attr.meta {
            Meta::List(list) => list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok(),
            _ => None,
        };
        let option = |key: &str| options.iter().flatten().find_map(|option| literal(option, key));
        let given = option("name");
        let name = given.as_ref().map_or_else(|| function.sig.ident.to_string(), LitStr::value);
        let version = option("version").map(|version| version.value());
        let whole = version.map_or_else(|| name.clone(), |version| format!("{name} version {version}"));
        if known.contains(&(kind, whole.clone())) {
            let values = [("kind", kind.noun()), ("name", &*whole)];
            match given {
                Some(literal) => errors.report(&say::NAME_TWICE, literal, &values),
                None => errors.report(&say::NAME_TWICE, &function.sig.ident, &values),
            }
        } else {
            known.push((kind, whole));
        }
    }
}

fn literal(option: &Meta, key: &str) -> Option<LitStr> {
    match option {
        Meta::NameValue(pair) if pair.path.is_ident(key) => text(&pair.value),
        _ => None,
    }
}

fn text(expr: &Expr) -> Option<LitStr> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        _ => None,
    }
}

/// `const APPROVAL: Event<bool> = Event::new("approval");`
fn one_event(event: &ItemConst, known: &mut Vec<(String, String)>, errors: &mut Errors) {
    let (Some(payload), Some(name)) = (payload(&event.ty), name(&event.expr)) else { return };
    // Dapr compares names without case.
    let key = name.value().to_lowercase();
    match known.iter().find(|(known, _)| *known == key) {
        Some((_, other)) if *other != payload => {
            let values = [("name", &*name.value()), ("payload", &payload), ("other", other)];
            errors.report(&say::EVENT_TWICE, &name, &values);
        }
        Some(_) => {}
        None => known.push((key, payload)),
    }
}

fn payload(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Event")?;
    let PathArguments::AngleBracketed(list) = &last.arguments else { return None };
    list.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(spelled(ty)),
        _ => None,
    })
}

fn name(expr: &Expr) -> Option<LitStr> {
    match expr {
        Expr::Call(call) => call.args.first().and_then(text),
        _ => None,
    }
}
