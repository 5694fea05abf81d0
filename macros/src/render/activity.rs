//! `#[activity]`: the body stays as it is, a plain async function beside the generated ones.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::time::Duration;

use super::call;
use crate::model::{Body, Model, Parameter};
use crate::parse::options::Retry;
use crate::parse::parameter::Role;

/// ```text
/// Input:
///     async fn pay(bank: State<Bank>, payment: Payment) -> Result<Receipt, Declined> { .. }
/// Output:
///     fn pay(payment: Payment) -> ActivityCall<pay__> { ActivityCall::new((payment,)) }
///     enum pay__ {}
///     const _: () = {
///         async fn __body(bank: State<Bank>, payment: Payment) -> Result<Receipt, Declined> { .. }
///         type __Return = Result<Receipt, Declined>;
///         impl Activity for pay__ { .. }
///         impl LocalActivity for pay__ { .. }
///         register_activity!(pay__);
///     };
/// ```
pub(super) fn render(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let function_and_marker = call::function_and_marker(model);
    let (conditions, marker, returned) = (&model.attrs.conditions, model.marker(), call::returned(model));
    let members = call::common_members(model);
    let retry = model.retry.as_ref().map(|retry| self::retry(retry, &root));
    let declared = call::declared(model);
    let body = model.body.as_ref().map(|body| self::body(model, body));
    let local = model.body.as_ref().map(|_| local(model));
    quote! {
        #function_and_marker

        #(#conditions)*
        const _: () = {
            #body

            #returned

            #[automatically_derived]
            impl #root::Activity for #marker {
                #members
                #declared
                #retry
            }

            #local
        };
    }
}

fn body(model: &Model, body: &Body) -> TokenStream {
    let Body::Raw(block) = body else { return TokenStream::new() };
    let (generics, output) = (&model.generics, &model.output);
    let where_clause = &generics.where_clause;
    let parameters = model.parameters.iter().map(|parameter| &parameter.typed);
    let lints = call::body_lints(model);
    quote! {
        #lints
        async fn __body #generics (#(#parameters),*) #output #where_clause #block
    }
}

fn local(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let private = quote!(#root::__private);
    let marker = model.marker();
    let source = call::source();
    let states = states(model);
    let needs = (0..states.len()).map(|index| {
        let index = Literal::usize_unsuffixed(index);
        quote!(__STATES.#index.need())
    });
    // One constant for all that asks about a state's type, so that what is wrong with it is said once.
    let access = (!states.is_empty()).then(|| {
        let accesses = call::tuple(states.iter().map(|state| quote!(#private::state::<#state>())));
        let types = call::tuple(states.iter().map(|state| quote!(#private::StateAccess<#state>)));
        quote!(const __STATES: #types = #accesses;)
    });
    let run = run(model);
    quote! {
        #access

        #[automatically_derived]
        impl #private::LocalActivity for #marker {
            #source
            const STATES: &'static [#private::StateNeed] = &[#(#needs),*];
            #run
        }

        #private::register_activity!(#marker);
    }
}

fn states(model: &Model) -> Vec<&syn::Type> {
    let is_state = |parameter: &&Parameter| model.is_sound && parameter.role == Role::State;
    model.parameters.iter().filter(is_state).map(|parameter| &*parameter.typed.ty).collect()
}

fn run(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let private = quote!(#root::__private);
    let has_context =
        model.is_sound && model.parameters.iter().any(|parameter| parameter.role != Role::Input);
    let ctx = if has_context { quote!(__ctx) } else { quote!(_) };
    let (arguments, future) = if model.is_sound {
        let mut states = 0_usize..;
        let passed = model.parameters.iter().map(|parameter| match parameter.role {
            Role::Context => quote!(__ctx),
            Role::State => {
                let index = states.next().map(Literal::usize_unsuffixed);
                quote!(__STATES.#index.take(__ctx))
            }
            Role::Input => {
                let ident = &parameter.ident;
                quote!(#ident)
            }
        });
        // At the function's name stands the error of a body that may not change threads.
        let span = model.ident.span();
        let root = model.root.at(span);
        let boxed =
            quote_spanned!(span=> #root::__private::Box::pin(async move { __body(#(#passed),*).await }));
        (call::tuple(model.inputs().map(|input| &input.ident)), boxed)
    } else {
        (quote!(_), call::broken())
    };
    quote! {
        fn run<'a>(#ctx: &'a #root::ActivityContext, #arguments: Self::Args) -> #private::BoxFuture<'a, __Return> {
            #future
        }
    }
}

fn retry(retry: &Retry, root: &TokenStream) -> TokenStream {
    let attempts = Literal::u32_unsuffixed(retry.max_attempts);
    let first_interval = retry.first_interval.map(duration).map(|first| quote!(.first_interval(#first)));
    let backoff = retry.backoff.map(Literal::f64_unsuffixed).map(|factor| quote!(.backoff(#factor)));
    let max_interval = retry.max_interval.map(duration).map(|longest| quote!(.max_interval(#longest)));
    let timeout = retry.timeout.map(duration).map(|timeout| quote!(.timeout(#timeout)));
    quote! {
        fn retry() -> ::core::option::Option<#root::RetryPolicy> {
            ::core::option::Option::Some(
                #root::RetryPolicy::new(#attempts) #first_interval #backoff #max_interval #timeout
            )
        }
    }
}

fn duration(duration: Duration) -> TokenStream {
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    let millis = u64::try_from(duration.as_millis()).ok().filter(|_| nanos.is_multiple_of(1_000_000));
    match (nanos, millis) {
        (0, _) => {
            let seconds = Literal::u64_unsuffixed(seconds);
            quote!(::core::time::Duration::from_secs(#seconds))
        }
        (_, Some(millis)) => {
            let millis = Literal::u64_unsuffixed(millis);
            quote!(::core::time::Duration::from_millis(#millis))
        }
        (_, None) => {
            let (seconds, nanos) = (Literal::u64_unsuffixed(seconds), Literal::u32_unsuffixed(nanos));
            quote!(::core::time::Duration::new(#seconds, #nanos))
        }
    }
}
