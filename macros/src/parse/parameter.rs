//! What a parameter is for, told by its type as it is spelled.

use syn::visit::{self, Visit};
use syn::{GenericArgument, Lifetime, PathArguments, Type, TypePath, TypeReference};

/// What the framework passes for a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// `&ActivityContext`, `&WorkflowContext`, or a wrong form of them.
    Context,
    /// `State<T>`: shared by the activities of a worker.
    State,
    /// An argument of the call.
    Input,
}

impl Role {
    pub(crate) fn of(ty: &Type) -> Self {
        let (path, borrowed) = match ungrouped(ty) {
            Type::Reference(reference) => (last_segment(&reference.elem), true),
            other => (last_segment(other), false),
        };
        match path {
            Some((name, _)) if name == "ActivityContext" || name == "WorkflowContext" => Self::Context,
            Some((name, arguments)) if name == "State" && arguments == 1 && !borrowed => Self::State,
            _ => Self::Input,
        }
    }
}

/// The type inside parentheses, or inside the invisible ones that `$ty:ty` of `macro_rules!` puts around it.
pub(crate) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        other => other,
    }
}

/// The name of a path type and the number of its type arguments.
pub(crate) fn last_segment(ty: &Type) -> Option<(String, usize)> {
    let Type::Path(TypePath { path, .. }) = ungrouped(ty) else { return None };
    let segment = path.segments.last()?;
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(list) => {
            list.args.iter().filter(|argument| matches!(argument, GenericArgument::Type(_))).count()
        }
        _ => 0,
    };
    Some((segment.ident.to_string(), arguments))
}

/// A part of a type that borrows.
pub(crate) enum Borrow<'t> {
    Reference(&'t TypeReference),
    Lifetime(&'t Lifetime),
}

/// The first part of `ty` that borrows; `'static` inside a path (`Cow<'static, str>`) does not.
pub(crate) fn borrow(ty: &Type) -> Option<Borrow<'_>> {
    struct Finder<'t>(Option<Borrow<'t>>);
    impl<'t> Visit<'t> for Finder<'t> {
        fn visit_type_reference(&mut self, reference: &'t TypeReference) {
            self.0.get_or_insert(Borrow::Reference(reference));
        }

        fn visit_lifetime(&mut self, lifetime: &'t Lifetime) {
            if lifetime.ident != "static" {
                self.0.get_or_insert(Borrow::Lifetime(lifetime));
            }
        }

        fn visit_type(&mut self, ty: &'t Type) {
            // Function pointers and trait objects have lifetimes of their own; they fail by type.
            if !matches!(ty, Type::FnPtr(_) | Type::TraitObject(_) | Type::ImplTrait(_)) {
                visit::visit_type(self, ty);
            }
        }
    }
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}

/// The first `impl Trait` in `ty`.
pub(crate) fn impl_trait(ty: &Type) -> Option<&syn::TypeImplTrait> {
    struct Finder<'t>(Option<&'t syn::TypeImplTrait>);
    impl<'t> Visit<'t> for Finder<'t> {
        fn visit_type_impl_trait(&mut self, ty: &'t syn::TypeImplTrait) {
            self.0.get_or_insert(ty);
        }
    }
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn the_role_is_told_by_the_last_segment() {
        let cases: [(Type, Role); 8] = [
            (parse_quote!(&ActivityContext), Role::Context),
            (parse_quote!(&dacapo::WorkflowContext), Role::Context),
            (parse_quote!(WorkflowContext), Role::Context),
            (parse_quote!(State<Bank>), Role::State),
            (parse_quote!(dacapo::State<Arc<Bank>>), Role::State),
            (parse_quote!(&State<Bank>), Role::Input),
            (parse_quote!(State), Role::Input),
            (parse_quote!(Vec<Order>), Role::Input),
        ];
        for (ty, expected) in cases {
            assert_eq!(Role::of(&ty), expected, "{}", quote::quote!(#ty));
        }
    }

    #[test]
    fn borrows_are_found_inside() {
        let borrowed: [Type; 4] = [
            parse_quote!(&str),
            parse_quote!(Vec<&'static str>),
            parse_quote!((u8, Cow<'_, str>)),
            parse_quote!([&u8; 2]),
        ];
        assert!(borrowed.iter().all(|ty| borrow(ty).is_some()));
        let owned: [Type; 3] =
            [parse_quote!(String), parse_quote!(Cow<'static, str>), parse_quote!(Vec<fn(&str)>)];
        assert!(owned.iter().all(|ty| borrow(ty).is_none()));
    }
}
