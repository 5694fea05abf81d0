//! The road through the stages: parse, check, model, render.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;
use syn::visit::Visit;

use crate::body::{self, Scope};
use crate::catalogue as say;
use crate::check::{self, Shape};
use crate::errors::{Errors, error};
use crate::kind::Kind;
use crate::model::{Body, Model};
use crate::parse::{Item, Options};
use crate::render;
use crate::root::Root;

/// Expands one attribute on one item.
///
/// Every mistake of the item is in the output as a `compile_error!`, beside code that lets its callers
/// compile, so that no second error follows from the first.
pub(crate) fn expand(kind: Kind, attr: TokenStream, input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut options = Options::parse(kind, attr, &mut errors);
    let item = match parse(kind, input.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.push(error);
            let errors = errors.to_tokens();
            return quote!(#errors #input);
        }
    };
    let shape = check::check(&item, &options, kind, &mut errors);
    if shape == Shape::Method {
        let errors = errors.to_tokens();
        return quote!(#errors #input);
    }
    let root = Root::new(options.root.take());
    let allowed_macros = std::mem::take(&mut options.allowed_macros);
    let version = options.version.clone();
    let trusted = std::mem::take(&mut options.trusted);
    let parameters = names(&item);
    let scope = Scope {
        kind,
        root: &root,
        ident: &item.sig.ident,
        version: version.as_ref(),
        is_strict: options.strict.is_some() || kind == Kind::Pure,
        trusted: &trusted,
        allowed_macros: &allowed_macros,
        parameters: &parameters,
    };
    let body = item.body.as_ref().map(|block| match kind {
        Kind::Activity => Body::Raw(block.clone()),
        Kind::Workflow | Kind::Durable | Kind::Pure => {
            Body::Rewritten(body::rewritten(block, &scope, &mut errors))
        }
    });
    if kind == Kind::Pure {
        let items = render::pure(item, body, &root);
        let errors = errors.to_tokens();
        return quote!(#errors #items);
    }
    let items = render::render(&Model::new(kind, item, options, root, shape, body));
    let errors = errors.to_tokens();
    quote!(#errors #items)
}

/// The names that the parameters bind.
fn names(item: &Item) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.0.push(pat.ident.clone());
        }
    }
    let mut names = Names(Vec::new());
    names.visit_signature(&item.sig);
    names.0
}

fn parse(kind: Kind, input: TokenStream) -> syn::Result<Item> {
    syn::parse2(input.clone()).map_err(|syntax| match syn::parse2::<syn::Item>(input) {
        // Rust that is not a function; anything else has the parser's own words.
        Ok(syn::Item::Fn(_) | syn::Item::Verbatim(_)) | Err(_) => syntax,
        Ok(item) => error(&say::NOT_A_FUNCTION, item, &[("attribute", kind.attribute())]),
    })
}
