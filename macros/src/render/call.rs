//! What activities and workflows share: the function that makes a call, its marker, and what both say
//! about their types.

use proc_macro2::{Delimiter, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Meta};

use crate::kind::Kind;
use crate::model::Model;
use crate::parse::options::Retry;

/// ```text
/// /// Charges the card.
/// pub fn pay(payment: Payment) -> ::dacapo::ActivityCall<pay__> {
///     ::dacapo::ActivityCall::new((payment,))
/// }
///
/// /// Marker of the activity `pay`.
/// pub enum pay__ {}
/// ```
pub(super) fn function_and_marker(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let (vis, ident, generics, marker) = (&model.vis, &model.ident, &model.generics, model.marker());
    let fn_token = model.fn_token;
    let (own, conditions) = (&model.attrs.own, &model.attrs.conditions);
    let lints = model.attrs.lints.iter().map(allowed_where_expected);
    let where_clause = &generics.where_clause;
    let parameters = parameters(model);
    let call =
        format_ident!("{}", if model.kind == Kind::Activity { "ActivityCall" } else { "WorkflowCall" });
    // Lints may not ask for what the checks refuse: a generic hasher, or the struct that eight inputs need not be.
    let (made, unheeded) = if model.is_sound {
        let arguments = tuple(model.inputs().map(|input| &input.ident));
        // A function that only other apps start is not dead: the registration runs it.
        let dead = model.body.is_some().then(|| quote!(dead_code,));
        (quote!(#root::#call::new(#arguments)), quote!(#dead))
    } else {
        (broken(), quote!(unused,))
    };
    let doc = format!("Marker of the {} `{}`.", model.kind.noun(), model.ident);
    quote! {
        #(#own)* #(#conditions)* #(#lints)*
        #[allow(#unheeded clippy::implicit_hasher, clippy::too_many_arguments)]
        #vis #fn_token #ident #generics (#(#parameters),*) -> #root::#call<#marker> #where_clause {
            #made
        }

        #[doc = #doc]
        #[doc(hidden)]
        #[allow(non_camel_case_types, unreachable_pub)]
        #(#conditions)*
        #vis enum #marker {}
    }
}

/// `order: Order`, without the body's patterns.
pub(super) fn parameters(model: &Model) -> impl Iterator<Item = TokenStream> {
    model.inputs().map(|input| {
        let (name, ty) = (&input.ident, &input.typed.ty);
        quote!(#name: #ty)
    })
}

/// An expectation is met in the body; the function beside it must not repeat it.
pub(super) fn allowed_where_expected(attr: &Attribute) -> Attribute {
    let mut attr = attr.clone();
    if attr.path().is_ident("expect")
        && let Meta::List(list) = &mut attr.meta
    {
        list.path = syn::Ident::new("allow", list.path.span()).into();
    }
    attr
}

/// `(a, b)`, `(a,)` or `()`
pub(super) fn tuple(members: impl Iterator<Item = impl quote::ToTokens>) -> TokenStream {
    quote!((#(#members,)*))
}

/// Stands where the item has an error: it is never run, and has any type.
pub(super) fn broken() -> TokenStream {
    quote!(::core::unreachable!())
}

/// What the body returns, and whether that is a `Result`: decided by type, since aliases hide the spelling.
pub(super) fn returned(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let returned = model.returned();
    quote! {
        type __Return = #returned;
        const __IS_RESULT: bool = #root::__private::is_result!(__Return);
    }
}

/// The members that `Activity` and `Workflow` have in common.
///
/// Each codec is made once with the user's type as its only argument, so that a type without serde is
/// reported there and nowhere else.
pub(super) fn common_members(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let name = &model.name;
    let types: Vec<_> = model.inputs().map(|input| model.owned(&input.typed.ty)).collect();
    let args = tuple(types.iter());
    let codecs = codecs(model, &types);
    let app = model.app.as_ref().map(|app| {
        quote! {
            fn app() -> ::core::option::Option<&'static str> {
                ::core::option::Option::Some(#app)
            }
        }
    });
    let private = quote!(#root::__private);
    let outcome = outcome(model);
    quote! {
        const NAME: &'static str = #name;
        type Args = #args;
        type Return = __Return;
        type Output = #root::__private::OutputOf<__Return, __IS_RESULT>;
        type Error = #root::__private::ErrorOf<__Return, __IS_RESULT>;
        #codecs
        #app
        fn outcome(__returned: __Return) -> ::core::result::Result<Self::Output, #private::ErrorReport> {
            #outcome
        }
        fn decode_error(__json: &str) -> ::core::option::Option<Self::Error> {
            #root::__private::decode_error!(__Return, __json)
        }
    }
}

/// What constants can know of the options: the app, and a text that changes with the retry policy.
pub(super) fn declared(model: &Model) -> Option<TokenStream> {
    if model.app.is_none() && model.retry.is_none() {
        return None;
    }
    let root = model.root.at(Span::call_site());
    let app = match &model.app {
        Some(app) => quote!(::core::option::Option::Some(#app)),
        None => quote!(::core::option::Option::None),
    };
    let retry = model.retry.as_ref().map(retry_text).unwrap_or_default();
    Some(quote!(const DECLARED: #root::__private::Declared = #root::__private::Declared::new(#app, #retry);))
}

fn retry_text(retry: &Retry) -> String {
    let Retry { max_attempts, first_interval, backoff, max_interval, timeout } = retry;
    let durations =
        [("first_interval", first_interval), ("max_interval", max_interval), ("timeout", timeout)];
    let mut text = max_attempts.to_string();
    for (name, duration) in durations {
        if let Some(duration) = duration {
            text.push_str(&format!(", {name} {duration:?}"));
        }
    }
    if let Some(backoff) = backoff {
        text.push_str(&format!(", backoff {backoff}"));
    }
    text
}

fn codecs(model: &Model, types: &[TokenStream]) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let private = quote!(#root::__private);
    let (arguments, output) = if model.is_sound {
        let of_arity = format_ident!("arguments{}", types.len());
        let generics = (!types.is_empty()).then(|| quote!(::<#(#types),*>));
        let (first, last) = model.returned_span();
        let output = format_ident!("Output", span = last);
        let output = quote_spanned!(first=> Self::#output);
        (quote!(#of_arity #generics()), quote!(output::<#output>()))
    } else {
        (quote!(broken_arguments()), quote!(broken_output()))
    };
    quote! {
        const ARGUMENTS: #private::Arguments<Self::Args> = #private::#arguments;
        const OUTPUT: #private::Output<Self::Output> = #private::#output;
    }
}

/// The recorded form of what the body returned; an error about the error type stands at the return type.
fn outcome(model: &Model) -> TokenStream {
    let (first, last) = model.returned_span();
    let root = model.root.at(first);
    let mut arguments = proc_macro2::Group::new(Delimiter::Parenthesis, quote!(__Return, __returned));
    arguments.set_span(last);
    quote_spanned!(first=> #root::__private::outcome! #arguments)
}

/// `"src/main.rs:12"`, for messages about two functions of one name.
pub(super) fn source() -> TokenStream {
    quote!(
        const SOURCE: &'static str = ::core::concat!(::core::file!(), ":", ::core::line!());
    )
}

/// Lints that are on inside of code that is replayed, if the user has the lists of docs/clippy.toml; before the user's own
/// levels, which count.
pub(super) fn replayed_lints() -> TokenStream {
    quote!(#[deny(clippy::disallowed_macros, clippy::disallowed_methods, clippy::disallowed_types)])
}

/// Lint levels of the body: the user's own, and none for what the attribute asks for.
pub(super) fn body_lints(model: &Model) -> TokenStream {
    let lints = &model.attrs.lints;
    let unused = (!model.is_sound).then(|| quote!(#[allow(unused)]));
    quote! {
        #(#lints)* #unused
        #[allow(clippy::needless_pass_by_value, clippy::too_many_arguments, clippy::unused_async)]
    }
}
