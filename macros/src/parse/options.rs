//! The options in the attribute's parentheses.

mod list;
mod retry;

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token};

use crate::catalogue as say;
use crate::errors::{Errors, error};
use crate::kind::Kind;

pub(crate) use retry::Retry;

/// What the attribute says beside its name.
#[derive(Default)]
pub(crate) struct Options {
    /// The name in histories and on the wire, when it is not the function's.
    pub(crate) name: Option<LitStr>,
    /// The app that runs it, when it is not the caller's.
    pub(crate) app: Option<LitStr>,
    /// The name of this version of a workflow.
    pub(crate) version: Option<LitStr>,
    /// The word `latest`, when it is there.
    pub(crate) latest: Option<Ident>,
    pub(crate) retry: Option<Retry>,
    /// Path of the runtime crate, when it is not `::dacapo`.
    pub(crate) root: Option<Path>,
    /// Macros that the user answers for.
    pub(crate) allowed_macros: Vec<Path>,
    /// The word `strict`, when it is there.
    pub(crate) strict: Option<Ident>,
    /// Functions that the user answers for.
    pub(crate) trusted: Vec<Path>,
    /// The word `closed`, when it is there.
    pub(crate) closed: Option<Ident>,
    /// The fingerprint that the steps must have.
    pub(crate) locked: Option<LitStr>,
}

/// One option: its name, how it is written, and whose it is.
struct Spec {
    key: &'static str,
    usage: &'static str,
    kinds: &'static [Kind],
    /// What to do instead where it does not belong.
    elsewhere: &'static str,
}

use Kind::{Activity, Durable, Pure, Workflow};

const SPECS: [Spec; 11] = [
    Spec {
        key: "name",
        usage: "name = \"..\"",
        kinds: &[Activity, Workflow],
        elsewhere: "remove it: a helper has no name in histories",
    },
    Spec {
        key: "app",
        usage: "app = \"..\"",
        kinds: &[Activity, Workflow],
        elsewhere: "remove it: a helper runs inside the workflow that awaits it",
    },
    Spec {
        key: "retry",
        usage: "retry(max_attempts = 3, first_interval = \"1s\")",
        kinds: &[Activity],
        elsewhere: "give it where the call is made: `.retry(RetryPolicy::new(3))`",
    },
    Spec {
        key: "version",
        usage: "version = \"2\"",
        kinds: &[Workflow],
        elsewhere: "version the workflow that calls it",
    },
    Spec {
        key: "latest",
        usage: "latest",
        kinds: &[Workflow],
        elsewhere: "version the workflow that calls it",
    },
    Spec {
        key: "allow_macros",
        usage: "allow_macros(my_macro)",
        kinds: &[Workflow, Durable, Pure],
        elsewhere: "remove it: an activity may use any macro",
    },
    Spec {
        key: "strict",
        usage: "strict",
        kinds: &[Workflow, Durable],
        elsewhere: "remove it: an activity may call any function, and a `#[pure]` function is always strict",
    },
    Spec {
        key: "trust",
        usage: "trust(my_function)",
        kinds: &[Workflow, Durable, Pure],
        elsewhere: "remove it: an activity may call any function",
    },
    Spec {
        key: "closed",
        usage: "closed",
        kinds: &[Workflow, Durable],
        elsewhere: "give it to the workflows that call it",
    },
    Spec {
        key: "locked",
        usage: "locked = \"..\"",
        kinds: &[Workflow],
        elsewhere: "lock the workflow that uses it",
    },
    Spec {
        key: "crate",
        usage: "crate = \"::my_dacapo\"",
        kinds: &[Activity, Workflow, Durable, Pure],
        elsewhere: "",
    },
];

impl Options {
    /// Reads every option, reports each mistake, and keeps what was understood.
    pub(crate) fn parse(kind: Kind, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let parser = |input: ParseStream<'_>| {
            list::parse(input, errors, |key, value, errors| options.take(kind, key, value, errors));
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
        options
    }

    fn take(
        &mut self,
        kind: Kind,
        key: &Ident,
        value: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        let name = key.unraw().to_string();
        let Some(spec) = SPECS.iter().find(|spec| spec.key == name) else {
            return Err(unknown(kind, key));
        };
        if !spec.kinds.contains(&kind) {
            return Err(misplaced(spec, kind, key));
        }
        match spec.key {
            "name" => self.name = Some(text(key, spec.usage, value)?),
            "app" => self.app = Some(text(key, spec.usage, value)?),
            "version" => self.version = Some(text(key, spec.usage, value)?),
            "latest" => self.latest = Some(word(key, spec.usage, value)?),
            "retry" => self.retry = Some(Retry::parse(key, spec.usage, value, errors)?),
            "strict" => self.strict = Some(word(key, spec.usage, value)?),
            "trust" => self.trusted = paths(key, spec.usage, value)?,
            "closed" => self.closed = Some(word(key, spec.usage, value)?),
            "locked" => self.locked = Some(text(key, spec.usage, value)?),
            "allow_macros" => self.allowed_macros = paths(key, spec.usage, value)?,
            _ => self.root = Some(root(key, spec.usage, value)?),
        }
        Ok(())
    }
}

fn unknown(kind: Kind, key: &Ident) -> syn::Error {
    let own: Vec<_> = SPECS
        .iter()
        .filter(|spec| spec.kinds.contains(&kind))
        .map(|spec| format!("`{}`", spec.key))
        .collect();
    let values = [("owner", kind.attribute()), ("key", &key.to_string()), ("options", &own.join(", "))];
    error(&say::UNKNOWN_OPTION, key, &values)
}

fn misplaced(spec: &Spec, kind: Kind, key: &Ident) -> syn::Error {
    let others: Vec<_> = spec.kinds.iter().map(|kind| kind.attribute()).collect();
    let values = [
        ("key", spec.key),
        ("others", &others.join(" and ")),
        ("owner", kind.attribute()),
        ("remedy", spec.elsewhere),
    ];
    error(&say::OPTION_OF_OTHER, key, &values)
}

/// The error of an option that is there but written in another form.
fn form(key: &Ident, usage: &str) -> syn::Error {
    error(&say::OPTION_VALUE, key, &[("key", &key.to_string()), ("usage", usage)])
}

/// The word alone.
fn word(key: &Ident, usage: &str, value: ParseStream<'_>) -> syn::Result<Ident> {
    if value.is_empty() || value.peek(Token![,]) { Ok(key.clone()) } else { Err(form(key, usage)) }
}

/// `= ".."`, not empty.
fn text(key: &Ident, usage: &str, value: ParseStream<'_>) -> syn::Result<LitStr> {
    let literal: LitStr = literal(key, usage, value)?;
    if literal.value().trim().is_empty() {
        return Err(error(&say::EMPTY_TEXT, &literal, &[("key", &key.to_string())]));
    }
    Ok(literal)
}

fn literal<T: syn::parse::Parse>(key: &Ident, usage: &str, value: ParseStream<'_>) -> syn::Result<T> {
    value.parse::<Token![=]>().and_then(|_| value.parse()).map_err(|_| form(key, usage))
}

/// `(a, b::c)`
fn paths(key: &Ident, usage: &str, value: ParseStream<'_>) -> syn::Result<Vec<Path>> {
    let parse = || {
        let content;
        syn::parenthesized!(content in value);
        let paths = content.parse_terminated(Path::parse_mod_style, Token![,])?;
        Ok(paths.into_iter().collect())
    };
    parse().map_err(|_: syn::Error| form(key, usage))
}

/// `= "::path"` or `= ::path`
fn root(key: &Ident, usage: &str, value: ParseStream<'_>) -> syn::Result<Path> {
    let parse = || {
        value.parse::<Token![=]>()?;
        if value.peek(LitStr) {
            let literal: LitStr = value.parse()?;
            literal.parse_with(Path::parse_mod_style)
        } else {
            value.call(Path::parse_mod_style)
        }
    };
    parse().map_err(|_: syn::Error| form(key, usage))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn parse(kind: Kind, tokens: TokenStream) -> (Options, Vec<String>) {
        let mut errors = Errors::default();
        let options = Options::parse(kind, tokens, &mut errors);
        (options, errors.messages())
    }

    #[test]
    fn every_option_of_an_activity_is_read() {
        let (options, errors) = parse(
            Activity,
            quote!(
                name = "pay",
                app = "bank",
                retry(max_attempts = 3, first_interval = "1s", backoff = 2),
                crate = "::d"
            ),
        );
        assert_eq!(errors, Vec::<String>::new());
        assert_eq!(options.name.unwrap().value(), "pay");
        assert_eq!(options.app.unwrap().value(), "bank");
        assert_eq!(options.retry.unwrap().max_attempts, 3);
        assert_eq!(options.root.unwrap().segments[0].ident, "d");
    }

    #[test]
    fn every_option_of_a_workflow_is_read() {
        let (options, errors) =
            parse(Workflow, quote!(version = "2", latest, allow_macros(geo::point, money), crate = ::d,));
        assert_eq!(errors, Vec::<String>::new());
        assert_eq!(options.version.unwrap().value(), "2");
        assert!(options.latest.is_some());
        assert_eq!(options.allowed_macros.len(), 2);
        assert!(options.root.unwrap().leading_colon.is_some());
    }

    #[test]
    fn all_mistakes_are_reported_and_the_rest_is_kept() {
        let (options, errors) =
            parse(Activity, quote!(nam = "x", name = 5, app = "", version = "2", retry = 3, name = "good"));
        let codes: Vec<_> = errors.iter().map(|text| &text[..8]).collect();
        assert_eq!(
            codes,
            ["[DC0101]", "[DC0104]", "[DC0105]", "[DC0102]", "[DC0104]", "[DC0103]"],
            "{errors:#?}"
        );
        assert!(options.name.is_none(), "a repeated option is not taken");
    }

    #[test]
    fn an_unknown_option_is_answered_with_the_known_ones() {
        let (_, errors) = parse(Durable, quote!(nam = "x"));
        let known = "`#[durable]` has no option `nam`; its options are `allow_macros`, `strict`, `trust`, `closed`, `crate`";
        assert_eq!(errors, [format!("[DC0101] {known}")]);
    }

    #[test]
    fn what_is_no_option_at_all_is_an_error_where_it_stands() {
        let (options, errors) = parse(Activity, quote!("pay", app = "bank"));
        assert_eq!(errors.len(), 1, "{errors:#?}");
        assert_eq!(options.app.unwrap().value(), "bank");
    }
}
