//! `#[flows]` on a module: plain helpers inside it are followed from the workflows that reach them.
//!
//! ```text
//! Input:   #[flows] mod orders { #[workflow] async fn order() { price(); }  fn price() { rate() }  fn rate() { SystemTime::now(); } }
//! Output:  the module, and an error in `rate`: ".. (reached from workflow order -> price -> rate)"
//! ```

mod graph;
mod twins;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{Ident, Item, ItemFn, ItemMod, Path, PathSegment, UseTree};

use crate::body::{self, Scope};
use crate::catalogue as say;
use crate::errors::Errors;
use crate::kind::Kind;
use crate::root::Root;

/// Expands the attribute on a module.
pub(crate) fn expand(attr: TokenStream, input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if !attr.is_empty() {
        errors.report(&say::FLOWS_OPTION, &attr, &[]);
    }
    let module = match syn::parse2::<ItemMod>(input.clone()) {
        Ok(module) => module,
        Err(_) => {
            errors.report(&say::NOT_A_MODULE, &input, &[]);
            let errors = errors.to_tokens();
            return quote!(#errors #input);
        }
    };
    checked(module, errors)
}

fn checked(mut module: ItemMod, mut errors: Errors) -> TokenStream {
    if let Some((_, items)) = &mut module.content {
        twins::check(items, &mut errors);
        let aliases = aliases(items);
        let chains = graph::chains(items);
        for item in items.iter_mut() {
            let Item::Fn(function) = item else { continue };
            if graph::is_root(function) {
                Renamed { aliases: &aliases, errors: &mut errors }.visit_block(&function.block);
            } else if let Some(chain) = chains.get(&function.sig.ident.to_string()) {
                follow(function, chain, &aliases, &mut errors);
            }
        }
    }
    let errors = errors.to_tokens();
    quote!(#errors #module)
}

/// Checks a helper that a workflow reaches, and asks in it about types.
fn follow(function: &mut ItemFn, chain: &str, aliases: &[(Ident, Path)], errors: &mut Errors) {
    let mut found = Errors::default();
    Renamed { aliases, errors: &mut found }.visit_block(&function.block);
    let root = Root::new(None);
    let scope = Scope {
        kind: Kind::Pure,
        root: &root,
        ident: &function.sig.ident,
        version: None,
        is_strict: false,
        trusted: &[],
        allowed_macros: &[],
        parameters: &[],
    };
    let code = body::rewritten(&braced(function), &scope, &mut found);
    if found.count() == 0 {
        let (head, statements) = (&code.head, &code.statements);
        if let Ok(block) = syn::parse2(quote!({ #head #statements })) {
            *function.block = block;
        }
    }
    errors.extend(&found, &format!(" (reached from {chain})"));
}

fn braced(function: &ItemFn) -> Group {
    let body = function.block.to_token_stream().into_iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    });
    body.unwrap_or_else(|| Group::new(proc_macro2::Delimiter::Brace, TokenStream::new()))
}

/// Names that `use .. as ..` gives to other paths.
fn aliases(items: &[Item]) -> Vec<(Ident, Path)> {
    let mut found = Vec::new();
    for item in items {
        if let Item::Use(import) = item {
            walk_use(&import.tree, &mut Vec::new(), &mut found);
        }
    }
    found
}

fn walk_use(tree: &UseTree, prefix: &mut Vec<Ident>, found: &mut Vec<(Ident, Path)>) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.clone());
            walk_use(&path.tree, prefix, found);
            prefix.pop();
        }
        UseTree::Rename(rename) => {
            let segments = prefix.iter().chain([&rename.ident]).cloned().map(PathSegment::from).collect();
            found.push((rename.rename.clone(), Path { leading_colon: None, segments }));
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| walk_use(tree, prefix, found)),
        _ => {}
    }
}

/// Finds refused functions behind the names that an import gave them.
struct Renamed<'a> {
    aliases: &'a [(Ident, Path)],
    errors: &'a mut Errors,
}

impl<'ast> Visit<'ast> for Renamed<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        let first = path.segments.first().map(|segment| &segment.ident);
        if let Some((_, meant)) = self.aliases.iter().find(|(alias, _)| Some(alias) == first) {
            let mut whole = meant.clone();
            whole.segments.extend(path.segments.iter().skip(1).cloned());
            if let Some(error) = body::refused_as(path, &whole) {
                self.errors.push(error);
            }
        }
        visit::visit_path(self, path);
    }
}
