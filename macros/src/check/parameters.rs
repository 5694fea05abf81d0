//! Parameters and the result: owned types, plain names, the context first.

use syn::{FnArg, Pat, PatType, ReturnType, Type};

use crate::catalogue as say;
use crate::errors::Errors;
use crate::kind::Kind;
use crate::parse::Item;
use crate::parse::parameter::{self, Borrow, Role};
use crate::spelling::spelled;

/// As many as a tuple of arguments has members.
const INPUTS_MAX: usize = 8;

fn typed(item: &Item) -> impl Iterator<Item = &PatType> {
    item.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    })
}

/// Types that a history cannot hold.
pub(super) fn types(item: &Item, kind: Kind, errors: &mut Errors) {
    if kind == Kind::Durable {
        return;
    }
    let inputs: Vec<_> = typed(item).filter(|parameter| Role::of(&parameter.ty) == Role::Input).collect();
    for parameter in &inputs {
        stored("the input", &parameter.ty, kind, errors);
    }
    if let ReturnType::Type(_, ty) = &item.sig.output {
        stored("the result", ty, kind, errors);
    }
    if let Some(first_too_many) = inputs.get(INPUTS_MAX) {
        let count = inputs.len().to_string();
        let values = [("article", kind.article()), ("kind", kind.noun()), ("count", &count)];
        errors.report(&say::TOO_MANY, first_too_many, &values);
    }
}

fn stored(what: &str, ty: &Type, kind: Kind, errors: &mut Errors) {
    let (article, noun) = (kind.article(), kind.noun());
    if let Some(found) = parameter::impl_trait(ty) {
        let spelled = spelled(found);
        let values = [("type", &*spelled), ("what", what), ("article", article), ("kind", noun)];
        errors.report(&say::IMPL_TRAIT, found, &values);
        return;
    }
    let report = |owned: &str, at: &dyn quote::ToTokens, errors: &mut Errors| {
        let values = [("what", what), ("article", article), ("kind", noun), ("owned", owned)];
        errors.report(&say::BORROWED, at, &values);
    };
    match parameter::borrow(ty) {
        Some(Borrow::Reference(reference)) => report(&owned(&reference.elem), reference, errors),
        Some(Borrow::Lifetime(lifetime)) => {
            let owned = spelled(ty).replace(&lifetime.to_string(), "'static");
            report(&owned, lifetime, errors);
        }
        None => {}
    }
}

/// `str` → `String`, `[T]` → `Vec<T>`, `T` → `T`
fn owned(ty: &Type) -> String {
    match parameter::ungrouped(ty) {
        Type::Path(path) if path.path.is_ident("str") => "String".into(),
        Type::Slice(slice) => format!("Vec<{}>", owned(&slice.elem)),
        Type::Reference(reference) => owned(&reference.elem),
        other => spelled(other),
    }
}

/// What the framework passes: the context and shared state.
pub(super) fn passed(item: &Item, kind: Kind, errors: &mut Errors) {
    let mut has_context = false;
    for (index, parameter) in typed(item).enumerate() {
        match Role::of(&parameter.ty) {
            Role::Context if has_context => {
                errors.report(&say::CONTEXT_PLACE, parameter, &[("remedy", "remove the second")]);
            }
            Role::Context => {
                has_context = true;
                context(parameter, index, kind, errors);
            }
            Role::State if kind != Kind::Activity => {
                errors.report(&say::STATE, parameter, &[("type", &spelled(&parameter.ty))]);
            }
            Role::State | Role::Input => {}
        }
    }
}

/// Patterns and attributes.
pub(super) fn forms(item: &Item, kind: Kind, errors: &mut Errors) {
    for parameter in typed(item) {
        for attr in parameter.attrs.iter().filter(|attr| !is_lint(attr)) {
            errors.report(&say::PARAMETER_ATTRIBUTE, attr, &[("foreign", &spelled(attr.path()))]);
        }
        if Role::of(&parameter.ty) == Role::Input && kind != Kind::Durable {
            pattern(&parameter.pat, kind, errors);
        }
    }
}

fn is_lint(attr: &syn::Attribute) -> bool {
    ["allow", "warn", "deny", "forbid", "expect"].iter().any(|lint| attr.path().is_ident(lint))
}

fn context(parameter: &PatType, index: usize, kind: Kind, errors: &mut Errors) {
    let is_shared = match parameter::ungrouped(&parameter.ty) {
        Type::Reference(reference) if reference.mutability.is_none() => {
            parameter::last_segment(&reference.elem).is_some_and(|(name, _)| name == kind.context())
        }
        _ => false,
    };
    let name = match &*parameter.pat {
        Pat::Ident(pat) => pat.ident.to_string(),
        _ => "ctx".into(),
    };
    if !is_shared {
        let expected = format!("&{}", kind.context());
        let values =
            [("article", kind.article()), ("kind", kind.noun()), ("expected", &expected), ("name", &name)];
        errors.report(&say::CONTEXT_TYPE, &parameter.ty, &values);
    }
    if index > 0 && is_shared {
        errors.report(&say::CONTEXT_PLACE, parameter, &[("remedy", &format!("move `{name}` to the front"))]);
    }
}

fn pattern(pat: &Pat, kind: Kind, errors: &mut Errors) {
    let plain = matches!(pat, Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none());
    if !plain {
        errors.report(&say::PATTERN, pat, &[("article", kind.article()), ("kind", kind.noun())]);
    }
}
