//! `#[durable]`: a function that returns its body as something to await.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ReturnType;

use super::workflow::named_context;
use crate::body::context;
use crate::model::{Body, Model};
use crate::parse::parameter::Role;

/// ```text
/// Input:
///     async fn settle(order: &Order) -> Result<()> { .. }
/// Output:
///     fn settle(order: &Order) -> impl Durable<Output = Result<()>> {
///         helper(async move |__ctx: WorkflowContext| -> Result<()> { let __ctx = &__ctx; .. })
///     }
/// ```
pub(super) fn render(model: &Model) -> TokenStream {
    let root = model.root.at(Span::call_site());
    let (own, conditions, lints) = (&model.attrs.own, &model.attrs.conditions, &model.attrs.lints);
    let (vis, ident, generics) = (&model.vis, &model.ident, &model.generics);
    let where_clause = &generics.where_clause;
    let parameters = model.parameters.iter().filter(|parameter| parameter.role != Role::Context);
    let parameters = parameters.map(|parameter| &parameter.typed);
    let output = match &model.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    let ctx = context(Span::call_site());
    let named = named_context(model);
    let statements = match &model.body {
        Some(Body::Rewritten(statements)) => statements.clone(),
        Some(Body::Raw(_)) | None => quote!(::core::unreachable!()),
    };
    quote! {
        #(#own)* #(#conditions)* #(#lints)*
        #vis fn #ident #generics (#(#parameters),*) -> impl #root::Durable<Output = #output> #where_clause {
            #root::__private::helper(async move |#ctx: #root::WorkflowContext| -> #output {
                let #ctx = &#ctx;
                #named
                #statements
            })
        }
    }
}
