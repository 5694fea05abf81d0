//! Third stage: the checked item as the renderers want it. Nothing fails here.

use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Generics, Ident, Lifetime, LitStr, Pat, PatType, ReturnType, Type, Visibility};

use crate::body::Code;
use crate::check::{self, Shape};
use crate::kind::Kind;
use crate::parse::options::Retry;
use crate::parse::parameter::Role;
use crate::parse::{Item, Options};
use crate::root::Root;

/// One function, checked.
pub(crate) struct Model {
    pub(crate) kind: Kind,
    pub(crate) root: Root,
    pub(crate) attrs: Attributes,
    pub(crate) vis: Visibility,
    /// The user's `fn`: where the generated function stands for the compiler and for editors.
    pub(crate) fn_token: syn::Token![fn],
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: ReturnType,
    pub(crate) body: Option<Body>,
    /// The name in histories: the identifier as written, without `r#`, unless an option says otherwise.
    pub(crate) name: LitStr,
    pub(crate) app: Option<LitStr>,
    pub(crate) version: Option<LitStr>,
    pub(crate) is_latest: bool,
    pub(crate) retry: Option<Retry>,
    /// Whether the compiler is to know what the body calls.
    pub(crate) is_closed: bool,
    /// The fingerprint that the steps must have.
    pub(crate) locked: Option<LitStr>,
    /// Whether the types of the signature can be used in generated impls.
    pub(crate) is_sound: bool,
}

/// The user's attributes, by where they go.
pub(crate) struct Attributes {
    /// Conditions, which every generated item shares.
    pub(crate) conditions: Vec<Attribute>,
    /// Lint levels, for the function and its body.
    pub(crate) lints: Vec<Attribute>,
    /// Everything else belongs to the function: docs, `deprecated`, `cfg_attr`.
    pub(crate) own: Vec<Attribute>,
}

/// One parameter as the user wrote it.
pub(crate) struct Parameter {
    pub(crate) role: Role,
    /// Its name, or one made up where the pattern has none.
    pub(crate) ident: Ident,
    pub(crate) typed: PatType,
}

/// The code between the braces.
pub(crate) enum Body {
    /// An activity's, untouched.
    Raw(Group),
    /// A workflow's or helper's statements, rewritten.
    Rewritten(Code),
}

impl Model {
    pub(crate) fn new(
        kind: Kind,
        item: Item,
        options: Options,
        root: Root,
        shape: Shape,
        body: Option<Body>,
    ) -> Self {
        let ident = item.sig.ident;
        let name = options.name.unwrap_or_else(|| LitStr::new(&ident.unraw().to_string(), ident.span()));
        Self {
            kind,
            root,
            attrs: Attributes::sort(item.attrs),
            vis: item.vis,
            fn_token: item.sig.fn_token,
            generics: item.sig.generics,
            parameters: parameters(item.sig.inputs, kind),
            output: item.sig.output,
            body,
            name,
            app: options.app,
            version: options.version,
            is_latest: options.latest.is_some(),
            retry: options.retry,
            is_closed: options.closed.is_some() || options.locked.is_some(),
            locked: options.locked,
            is_sound: shape == Shape::Sound,
            ident,
        }
    }

    /// The type that stands for the function: `pay__` for `pay`.
    ///
    /// Not the function's own name: `mod pay; pub use pay::pay;` would then name a module and a type.
    pub(crate) fn marker(&self) -> Ident {
        format_ident!("{}__", self.ident.unraw(), span = self.ident.span())
    }

    /// The arguments of a call.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.role == Role::Input)
    }

    pub(crate) fn context(&self) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.role == Role::Context)
    }

    /// What the body returns, `()` where nothing is written.
    pub(crate) fn returned(&self) -> TokenStream {
        match &self.output {
            ReturnType::Default => quote::quote_spanned!(self.ident.span()=> ()),
            ReturnType::Type(_, ty) => self.owned(ty),
        }
    }

    /// The first and the last token of the return type: errors about it underline all between, which no
    /// single span can on stable Rust.
    pub(crate) fn returned_span(&self) -> (Span, Span) {
        let tokens = match &self.output {
            ReturnType::Default => self.ident.to_token_stream(),
            ReturnType::Type(_, ty) => ty.to_token_stream(),
        };
        let first = tokens.clone().into_iter().next().map_or(self.ident.span(), |token| token.span());
        let last = tokens.into_iter().last().map_or(first, |token| token.span());
        (first, last)
    }

    /// The type as generated impls name it: the user's, or what stands for it when that cannot be used.
    pub(crate) fn owned(&self, ty: &Type) -> TokenStream {
        if self.is_sound { ty.to_token_stream() } else { stand_in(ty, &self.generics) }
    }
}

impl Attributes {
    pub(crate) fn sort(attrs: Vec<Attribute>) -> Self {
        const LINTS: [&str; 5] = ["allow", "warn", "deny", "forbid", "expect"];
        const OWN: [&str; 4] = ["doc", "deprecated", "must_use", "cfg_attr"];
        let is = |attr: &Attribute, names: &[&str]| names.iter().any(|name| attr.path().is_ident(name));
        let mut sorted = Self { conditions: Vec::new(), lints: Vec::new(), own: Vec::new() };
        for attr in attrs {
            if is(&attr, &["cfg"]) {
                sorted.conditions.push(attr);
            } else if is(&attr, &LINTS) {
                sorted.lints.push(attr);
            } else if is(&attr, &OWN) || check::is_of_tool(&attr) {
                sorted.own.push(attr);
            }
            // The rest was refused; without it the function still stands.
        }
        sorted
    }
}

fn parameters(inputs: impl IntoIterator<Item = FnArg>, kind: Kind) -> Vec<Parameter> {
    let typed = inputs.into_iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let to_parameter = |(index, typed): (usize, PatType)| {
        let ident = match &*typed.pat {
            Pat::Ident(pat) => pat.ident.clone(),
            _ => format_ident!("__{index}", span = Span::mixed_site()),
        };
        let role = match Role::of(&typed.ty) {
            // Refused outside of activities; taken as an argument, it makes no second error.
            Role::State if kind != Kind::Activity => Role::Input,
            role => role,
        };
        Parameter { role, ident, typed }
    };
    let mut parameters: Vec<_> = typed.enumerate().map(to_parameter).collect();
    for index in 0..parameters.len() {
        if let Some(name) = used_name(&parameters[index].ident)
            && parameters.iter().all(|parameter| parameter.ident != name)
        {
            parameters[index].ident = name;
        }
    }
    parameters
}

/// `id` for `_id`: the body may not use a parameter, its callers do.
fn used_name(ident: &Ident) -> Option<Ident> {
    let name = ident.to_string();
    let used = name.trim_start_matches('_');
    let mut used = syn::parse_str::<Ident>(used).ok().filter(|_| used != name && !name.starts_with("__"))?;
    used.set_span(ident.span());
    Some(used)
}

/// A type without lifetimes, `impl Trait` or the function's type parameters, near to `ty`.
fn stand_in(ty: &Type, generics: &Generics) -> TokenStream {
    use syn::visit_mut::{self, VisitMut};
    struct Owner<'g>(&'g Generics);
    impl VisitMut for Owner<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            lifetime.ident = Ident::new("static", lifetime.ident.span());
        }

        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            reference.lifetime = Some(Lifetime::new("'static", reference.and_token.span));
            visit_mut::visit_type_reference_mut(self, reference);
        }

        fn visit_type_mut(&mut self, ty: &mut Type) {
            let is_parameter = |path: &syn::Path| {
                let mut parameters = self.0.type_params();
                path.segments
                    .first()
                    .is_some_and(|first| parameters.any(|parameter| parameter.ident == first.ident))
            };
            match ty {
                Type::ImplTrait(_) => *ty = syn::parse_quote!(()),
                Type::Path(path) if path.qself.is_none() && is_parameter(&path.path) => {
                    *ty = syn::parse_quote!(())
                }
                _ => visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut owned = ty.clone();
    Owner(generics).visit_type_mut(&mut owned);
    owned.to_token_stream()
}
