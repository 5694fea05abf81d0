//! Which names of a body are variables.

use syn::visit::{self, Visit};
use syn::{Block, Ident, Pat, PatIdent, Path};

const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32",
    "u64", "u128", "usize",
];

/// Names bound anywhere in a body: a path of one such name may be a variable.
pub(crate) struct Bound(Vec<Ident>);

impl Bound {
    pub(crate) fn of(body: &Block, parameters: &[Ident]) -> Self {
        let mut bound = Self(parameters.to_vec());
        bound.visit_block(body);
        bound
    }

    /// Whether the path names a function of a module: in lower case at its end, and no variable.
    pub(crate) fn is_function(&self, path: &Path) -> bool {
        let Some(last) = path.segments.last() else { return false };
        let is_of_type = path.segments.iter().rev().nth(1).is_some_and(|owner| is_type(&owner.ident));
        let is_bound = path.get_ident().is_some_and(|name| self.0.contains(name));
        is_lowercase(&last.ident) && !is_of_type && !is_bound
    }
}

fn is_type(name: &Ident) -> bool {
    !is_lowercase(name) || PRIMITIVES.iter().any(|primitive| name == primitive)
}

fn is_lowercase(name: &Ident) -> bool {
    let name = name.to_string();
    name.trim_start_matches("r#").starts_with(|first: char| first.is_lowercase() || first == '_')
}

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        self.0.push(pat.ident.clone());
        visit::visit_pat_ident(self, pat);
    }
}

/// `name` or `name: Type`, `mut` or not.
pub(crate) fn plain(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(&pat.ident),
        Pat::Type(typed) => plain(&typed.pat),
        _ => None,
    }
}
