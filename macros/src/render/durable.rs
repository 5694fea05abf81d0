//! `#[durable]`: a function that returns its body as something to await.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, ReturnType};

use super::workflow::named_context;
use super::{call, skeleton};
use crate::body::{Code, context};
use crate::model::{Body, Model};

/// ```text
/// Input:
///     async fn settle(order: &Order) -> Result<&str> { .. }
/// Output:
///     fn settle(order: &Order) -> impl Durable<Output = Result<&str>> {
///         async fn __body(__ctx: WorkflowContext, order: &Order) -> Result<&str> { let __ctx = &__ctx; .. }
///         enum __Steps {}
///         impl HelperSteps for __Steps { .. }
///         helper::<__Steps, _, _>(move |__ctx| __body(__ctx, order))
///     }
/// ```
/// The inner function takes the context by value: a reference would change which lifetimes may be left out.
pub(super) fn render(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let (own, conditions) = (&model.attrs.own, &model.attrs.conditions);
    let lints = model.attrs.lints.iter().map(call::allowed_where_expected);
    let (vis, ident, generics) = (&model.vis, &model.ident, &model.generics);
    let where_clause = &generics.where_clause;
    let fn_token = model.fn_token;
    let parameters = call::parameters(model);
    let output = match &model.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    let ctx = context(Span::call_site());
    let body = body(model);
    let names = model.inputs().map(|input| &input.ident);
    let turbofish = turbofish(generics);
    let skeleton = skeleton::skeleton(model);
    quote! {
        #(#own)* #(#conditions)* #(#lints)*
        #vis #fn_token #ident #generics (#(#parameters),*) -> impl #root::Durable<Output = #output> #where_clause {
            #body

            enum __Steps {}
            #[automatically_derived]
            impl #root::__private::HelperSteps for __Steps {
                const SKELETON: &'static #root::__private::Skeleton = #skeleton;
            }
            #root::__private::register_helper!(__Steps);

            #root::__private::helper::<__Steps, _, _>(move |#ctx| __body #turbofish (#ctx, #(#names),*))
        }
    }
}

fn body(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let (generics, output) = (&model.generics, &model.output);
    let where_clause = &generics.where_clause;
    let ctx = context(Span::call_site());
    let parameters = model.inputs().map(|input| &input.typed);
    let (replayed, lints) = (call::replayed_lints(), call::body_lints(model));
    let named = named_context(model);
    let (head, statements) = match &model.body {
        Some(Body::Rewritten(Code { head, statements, .. })) => (Some(head), statements.clone()),
        Some(Body::Raw(_)) | None => (None, call::broken()),
    };
    let unused = model.body.is_none().then(|| quote!(#[allow(unused)]));
    quote! {
        #replayed #lints #unused
        async fn __body #generics (#ctx: #root::WorkflowContext, #(#parameters),*) #output #where_clause {
            #head
            let #ctx = &#ctx;
            #named
            #statements
        }
    }
}

/// `::<T, N>`: the inner function's own parameters, which its arguments may not tell. Lifetimes are always told.
fn turbofish(generics: &Generics) -> Option<TokenStream> {
    let names: Vec<_> = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(ty) => Some(&ty.ident),
            GenericParam::Const(constant) => Some(&constant.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    (!names.is_empty()).then(|| quote!(::<#(#names),*>))
}
