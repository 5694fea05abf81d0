//! `#[workflow]`: the body gets the context as a hidden parameter, which every await uses.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Pat;

use super::{call, skeleton};
use crate::body::{Code, context};
use crate::model::{Body, Model};

/// ```text
/// Input:
///     async fn ship(ctx: &WorkflowContext, order: Order) -> Result<Receipt> { .. }
/// Output:
///     fn ship(order: Order) -> WorkflowCall<ship__> { WorkflowCall::new((order,)) }
///     enum ship__ {}
///     const _: () = {
///         async fn __body(__ctx: &WorkflowContext, order: Order) -> Result<Receipt> {
///             let ctx: &WorkflowContext = __ctx;
///             ..
///         }
///         type __Return = Result<Receipt>;
///         impl Workflow for ship__ { .. }
///         impl LocalWorkflow for ship__ { .. }
///         register_workflow!(ship__);
///     };
/// ```
pub(super) fn render(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let function_and_marker = call::function_and_marker(model);
    let (conditions, marker, returned) = (&model.attrs.conditions, model.marker(), call::returned(model));
    let members = call::common_members(model);
    let declared = call::declared(model);
    let version = model.version.as_ref().map(|version| {
        quote!(const VERSION: ::core::option::Option<&'static str> = ::core::option::Option::Some(#version);)
    });
    let latest = model.is_latest.then(|| {
        quote!(
            const LATEST: bool = true;
        )
    });
    let body = model.body.as_ref().map(|body| self::body(model, body));
    let local = model.body.as_ref().map(|_| local(model));
    quote! {
        #function_and_marker

        #(#conditions)*
        const _: () = {
            #body

            #returned

            #[automatically_derived]
            impl #root::Workflow for #marker {
                #members
                #declared
                #version
                #latest
            }

            #local
        };
    }
}

fn body(model: &Model, body: &Body) -> TokenStream {
    let Body::Rewritten(Code { head, statements, .. }) = body else { return TokenStream::new() };
    let root = model.root.at(Span::call_site());
    let (generics, output) = (&model.generics, &model.output);
    let where_clause = &generics.where_clause;
    let ctx = context(Span::call_site());
    let parameters = model.inputs().map(|input| &input.typed);
    let (replayed, lints) = (call::replayed_lints(), call::body_lints(model));
    let named = named_context(model);
    quote! {
        #replayed #lints
        async fn __body #generics (#ctx: &#root::WorkflowContext, #(#parameters),*) #output #where_clause {
            #head
            #named
            #statements
        }
    }
}

/// `let ctx: &WorkflowContext = __ctx;` when the user takes the context, under the user's name.
pub(super) fn named_context(model: &Model) -> Option<TokenStream> {
    let parameter = model.context()?;
    let pat = &parameter.typed.pat;
    if matches!(**pat, Pat::Wild(_)) {
        return None;
    }
    let ctx = context(Span::call_site());
    // A type that was refused would be refused again here.
    let ty = model.is_sound.then_some(&parameter.typed.ty).map(|ty| quote!(: #ty));
    Some(quote!(let #pat #ty = #ctx;))
}

fn local(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let private = quote!(#root::__private);
    let marker = model.marker();
    let source = call::source();
    let (skeleton, lock) = (skeleton::skeleton(model), skeleton::lock(model));
    let ctx = context(Span::call_site());
    let (arguments, run) = if model.is_sound {
        let names: Vec<_> = model.inputs().map(|input| input.ident.to_token_stream()).collect();
        let run = quote! {
            async move {
                <Self as #root::Workflow>::outcome(__body(&#ctx, #(#names),*).await)
            }
        };
        (call::tuple(names.into_iter()), run)
    } else {
        (quote!(_), quote!(async { ::core::unreachable!() }))
    };
    let report = quote!(::core::result::Result<Self::Output, #private::ErrorReport>);
    quote! {
        #[automatically_derived]
        impl #private::LocalWorkflow for #marker {
            #source
            const SKELETON: &'static #private::Skeleton = #skeleton;
            fn run(
                #ctx: #root::WorkflowContext,
                #arguments: Self::Args,
            ) -> impl ::core::future::Future<Output = #report> {
                #run
            }
        }

        #lock

        #private::register_workflow!(#marker);
    }
}
