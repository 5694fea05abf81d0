//! `retry(max_attempts = 3, first_interval = "1s", backoff = 2.0, ..)`.

use std::time::Duration;

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitInt, LitStr};

use super::{form, list, literal};
use crate::catalogue as say;
use crate::errors::{Errors, error};
use crate::parse::duration;

/// How often and how fast an activity is tried again.
pub(crate) struct Retry {
    /// Attempts in all, the first included.
    pub(crate) max_attempts: u32,
    /// Wait before the second attempt.
    pub(crate) first_interval: Option<Duration>,
    /// Factor by which each wait is longer than the one before.
    pub(crate) backoff: Option<f64>,
    /// Longest single wait.
    pub(crate) max_interval: Option<Duration>,
    /// Time for all attempts together.
    pub(crate) timeout: Option<Duration>,
}

const KEYS: &str = "`max_attempts`, `first_interval`, `backoff`, `max_interval`, `timeout`";

/// What has been read so far; `max_attempts` may still be missing.
#[derive(Default)]
struct Draft {
    max_attempts: Option<u32>,
    first_interval: Option<Duration>,
    backoff: Option<f64>,
    max_interval: Option<Duration>,
    timeout: Option<Duration>,
}

impl Retry {
    /// Reads the parentheses after `retry`; reports mistakes inside them and fails when nothing can be kept.
    pub(super) fn parse(
        key: &Ident,
        usage: &str,
        value: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<Self> {
        let parens = || {
            let content;
            syn::parenthesized!(content in value);
            Ok(content)
        };
        let content = parens().map_err(|_: syn::Error| form(key, usage))?;
        let before = errors.count();
        let mut draft = Draft::default();
        list::parse(&content, errors, |key, value, _| draft.take(key, value));
        let understood = errors.count() == before;
        draft.finish(key, understood, errors)
    }
}

impl Draft {
    fn take(&mut self, key: &Ident, value: ParseStream<'_>) -> syn::Result<()> {
        match key.unraw().to_string().as_str() {
            "max_attempts" => self.max_attempts = Some(attempts(key, value)?),
            "first_interval" => self.first_interval = Some(interval(key, "first_interval = \"1s\"", value)?),
            "backoff" => self.backoff = Some(backoff(key, value)?),
            "max_interval" => self.max_interval = Some(interval(key, "max_interval = \"1m\"", value)?),
            "timeout" => self.timeout = Some(interval(key, "timeout = \"10m\"", value)?),
            other => {
                let values = [("owner", "`retry(..)`"), ("key", other), ("options", KEYS)];
                return Err(error(&say::UNKNOWN_OPTION, key, &values));
            }
        }
        Ok(())
    }

    /// Checks what only the whole list shows. `understood` is false when a member was reported already.
    fn finish(self, key: &Ident, understood: bool, errors: &mut Errors) -> syn::Result<Retry> {
        if self.max_attempts.is_none() && understood {
            let values = [
                ("reason", "it does not say how many attempts there are"),
                ("remedy", "add `max_attempts = 3`, which counts the first attempt too"),
            ];
            return Err(error(&say::RETRY, key, &values));
        }
        if let (Some(first), Some(longest)) = (self.first_interval, self.max_interval)
            && first > longest
        {
            let values = [
                ("reason", "`first_interval` is longer than `max_interval`"),
                ("remedy", "make `max_interval` the longest wait"),
            ];
            errors.report(&say::RETRY, key, &values);
        }
        Ok(Retry {
            max_attempts: self.max_attempts.unwrap_or(1),
            first_interval: self.first_interval,
            backoff: self.backoff,
            max_interval: self.max_interval,
            timeout: self.timeout,
        })
    }
}

fn attempts(key: &Ident, value: ParseStream<'_>) -> syn::Result<u32> {
    let usage = "max_attempts = 3";
    let literal: LitInt = literal(key, usage, value)?;
    match literal.base10_parse::<u32>() {
        Ok(0) => {
            let values =
                [("reason", "it has no attempt"), ("remedy", "count the first attempt too: at least 1")];
            Err(error(&say::RETRY, &literal, &values))
        }
        Ok(count) => Ok(count),
        Err(_) => Err(form(key, usage)),
    }
}

fn interval(key: &Ident, usage: &str, value: ParseStream<'_>) -> syn::Result<Duration> {
    let literal: LitStr = literal(key, usage, value)?;
    let text = literal.value();
    duration::parse(&text)
        .map_err(|reason| error(&say::DURATION, &literal, &[("value", &text), ("reason", &reason)]))
}

fn backoff(key: &Ident, value: ParseStream<'_>) -> syn::Result<f64> {
    let usage = "backoff = 2.0";
    let literal: Lit = literal(key, usage, value)?;
    let factor: f64 = match &literal {
        Lit::Float(float) => float.base10_parse().map_err(|_| form(key, usage))?,
        Lit::Int(int) => int.base10_parse().map_err(|_| form(key, usage))?,
        _ => return Err(form(key, usage)),
    };
    if factor.is_finite() && factor >= 1.0 {
        return Ok(factor);
    }
    let values = [
        ("reason", "each wait would be shorter than the one before"),
        ("remedy", "take a factor of at least 1.0"),
    ];
    Err(error(&say::RETRY, &literal, &values))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use crate::errors::Errors;
    use crate::kind::Kind;
    use crate::parse::Options;

    fn errors_of(tokens: proc_macro2::TokenStream) -> Vec<String> {
        let mut errors = Errors::default();
        Options::parse(Kind::Activity, tokens, &mut errors);
        errors.messages()
    }

    #[test]
    fn each_mistake_in_a_policy_is_named() {
        let cases = [
            (
                quote!(retry(first_interval = "1s")),
                "[DC0107] this retry policy cannot be followed: it does not say how many",
            ),
            (
                quote!(retry(max_attempts = 0)),
                "[DC0107] this retry policy cannot be followed: it has no attempt",
            ),
            (
                quote!(retry(max_attempts = "3")),
                "[DC0104] the option `max_attempts` is not written like this; write `max_attempts = 3`",
            ),
            (
                quote!(retry(max_attempts = 3, backoff = 0.5)),
                "[DC0107] this retry policy cannot be followed: each wait",
            ),
            (
                quote!(retry(max_attempts = 3, first_interval = "soon")),
                "[DC0106] `soon` is not a duration: a number is missing",
            ),
            (
                quote!(retry(max_attempts = 3, first_interval = 5)),
                "[DC0104] the option `first_interval` is not written like this",
            ),
            (
                quote!(retry(max_attempts = 3, first_interval = "2m", max_interval = "1m")),
                "[DC0107] this retry policy cannot be followed: `first_interval` is longer",
            ),
            (
                quote!(retry(max_attempts = 3, attempts = 3)),
                "[DC0101] `retry(..)` has no option `attempts`; its options are `max_attempts`, ",
            ),
            (
                quote!(retry),
                "[DC0104] the option `retry` is not written like this; write `retry(max_attempts = 3, first_interval = \"1s\")`",
            ),
        ];
        for (tokens, expected) in cases {
            let source = tokens.to_string();
            let errors = errors_of(tokens);
            assert_eq!(errors.len(), 1, "{source}: {errors:#?}");
            assert!(errors[0].starts_with(expected), "{source}: {}", errors[0]);
        }
    }
}
