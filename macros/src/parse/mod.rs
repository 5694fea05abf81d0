//! First stage: tokens become an [`Item`] and [`Options`]. Nothing is judged here but syntax.

pub(crate) mod duration;
pub(crate) mod options;
pub(crate) mod parameter;

use proc_macro2::{Delimiter, Group, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Signature, Token, Visibility};

pub(crate) use options::Options;

/// The function below the attribute.
///
/// The body stays raw: an activity's is never parsed, and a workflow's may be half typed in an editor.
pub(crate) struct Item {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// `None` for a declaration that ends in `;`: a function of another app or language.
    pub(crate) body: Option<Group>,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        let body = if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            None
        } else {
            Some(braces(input)?)
        };
        Ok(Self { attrs, vis, sig, body })
    }
}

fn braces(input: ParseStream<'_>) -> syn::Result<Group> {
    let token: TokenTree = input.parse()?;
    let span = token.span();
    body(token).ok_or_else(|| syn::Error::new(span, "expected the function's body in `{}`, or `;`"))
}

/// The group in braces; a `$body:block` of `macro_rules!` has an invisible group around it.
fn body(token: TokenTree) -> Option<Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let mut inside = group.stream().into_iter();
            inside.next().filter(|_| inside.next().is_none()).and_then(body)
        }
        _ => None,
    }
}
