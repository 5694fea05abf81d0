//! Macros in the body: known ones are looked into, the rest is refused unless the user answers for it.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Macro, Path};

use super::{Refusal, Walk};
use crate::catalogue as say;
use crate::errors::error;
use crate::spelling::spelled;

/// Known macros, whose arguments are expressions and which add nothing that a replay could see.
const ALWAYS: [&str; 31] = [
    "vec",
    "format",
    "format_args",
    "assert",
    "assert_eq",
    "assert_ne",
    "matches",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "write",
    "writeln",
    "concat",
    "stringify",
    "cfg",
    "line",
    "column",
    "file",
    "module_path",
    "include_str",
    "include_bytes",
    "compile_error",
    "enabled",
    "json",
    "bail",
    "ensure",
    "anyhow",
    "eyre",
    "try_join_all",
    "from_fn",
];
/// Known too; they evaluate their arguments only where somebody listens, or in some builds.
const SOMETIMES: [&str; 15] = [
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "event",
    "span",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
];
/// Methods that must not be called only sometimes.
const EFFECTS: [&str; 6] =
    ["new_uuid", "is_patched", "start", "start_detached", "set_custom_status", "clear_custom_status"];
const PRINTING: [&str; 5] = ["println", "eprintln", "print", "eprint", "dbg"];
const ENVIRONMENT: [&str; 2] = ["env", "option_env"];
/// Crates whose macros hide a polling order behind these names.
const POLLING: [&str; 7] = ["select", "select_biased", "join", "try_join", "pin", "poll", "pending"];

/// Whether a macro is another crate's `select!` or `join!`.
fn is_polling(path: &Path) -> bool {
    let mut segments = path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let is_named = segments.next().is_some_and(|last| POLLING.contains(&&*last));
    is_named && segments.next().is_none_or(|crate_name| crate_name != "dacapo")
}

/// The error of an effect among the arguments of a macro that evaluates them now and then: live and on a replay, code and
/// history would disagree.
fn effect(mac: &Macro) -> Option<syn::Error> {
    let last = mac.path.segments.last()?.ident.to_string();
    if !SOMETIMES.contains(&&*last) {
        return None;
    }
    let found = effect_in(&mac.tokens)?;
    let what = if found == "await" { found.to_string() } else { format!("{found}()") };
    Some(error(&say::EFFECT_IN_LOG, found, &[("macro", &spelled(&mac.path)), ("effect", &what)]))
}

/// The first `.await`, or method of the context that counts or decides.
fn effect_in(tokens: &TokenStream) -> Option<Ident> {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().find_map(|(index, token)| match token {
        TokenTree::Group(group) => effect_in(&group.stream()),
        TokenTree::Ident(word) => {
            let is_dot = |token: &TokenTree| matches!(token, TokenTree::Punct(dot) if dot.as_char() == '.');
            let is_member = index.checked_sub(1).is_some_and(|before| is_dot(&tokens[before]));
            // Without an argument, `start()` is of something else: a match in a text, a range.
            let is_called = matches!(tokens.get(index + 1), Some(TokenTree::Group(arguments)) if word != "start" || !arguments.stream().is_empty());
            let is_effect = word == "await" || is_called && EFFECTS.iter().any(|effect| word == effect);
            (is_member && is_effect).then(|| word.clone())
        }
        _ => None,
    })
}

/// The error that stands in place of a macro: of what polls in an order of its own, or has an effect now and then.
pub(super) fn refused(mac: &Macro) -> Option<syn::Error> {
    let polling = || error(&say::POLLING_MACRO, &mac.path, &[("macro", &spelled(&mac.path))]);
    is_polling(&mac.path).then(polling).or_else(|| effect(mac))
}

impl Walk<'_> {
    /// Reports a macro whose expansion the checks cannot see or would refuse.
    pub(super) fn check_macro(&mut self, path: &Path, tokens: &TokenStream) {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let Some(last) = names.last() else { return };
        let is_ours = names.len() > 1 && names[0] == "dacapo";
        let shown = spelled(path);
        let values = [("macro", &*shown), ("attribute", self.scope.kind.name())];
        if is_ours {
            return;
        }
        let row = if PRINTING.contains(&&**last) {
            &say::PRINTING
        } else if ENVIRONMENT.contains(&&**last) {
            &say::ENVIRONMENT_MACRO
        } else if last == "thread_local" {
            &say::THREAD_LOCAL
        } else if POLLING.contains(&&**last) {
            &say::POLLING_MACRO
        } else if last == "addr_of" || last == "addr_of_mut" {
            &say::ADDRESS
        } else if !ALWAYS.contains(&&**last) && !SOMETIMES.contains(&&**last) {
            if self.is_allowed(path) {
                return;
            }
            &say::OPAQUE_MACRO
        } else {
            return self.check_pointer_format(path, tokens);
        };
        self.refuse(Refusal::new(row, path, &values));
    }

    /// Whether the user answers for the macro; notes that it is there.
    fn is_allowed(&mut self, path: &Path) -> bool {
        let last = path.segments.last().map(|segment| &segment.ident);
        let found = self.scope.allowed_macros.iter().position(|allowed| match allowed.get_ident() {
            Some(name) => Some(name) == last,
            None => spelled(allowed) == spelled(path),
        });
        if let Some(index) = found {
            self.met_macros[index] = true;
        }
        found.is_some()
    }

    /// Reports the macros that the user answers for and that nothing calls.
    pub(super) fn check_allowed_macros(&mut self) {
        for (path, is_met) in self.scope.allowed_macros.iter().zip(&self.met_macros) {
            if !is_met {
                self.errors.report(&say::ALLOWED_UNUSED, path, &[("macro", &spelled(path))]);
            }
        }
    }

    /// `{:p}` prints an address.
    fn check_pointer_format(&mut self, path: &Path, tokens: &TokenStream) {
        let prints_address = tokens.clone().into_iter().any(|token| match token {
            TokenTree::Literal(literal) => has_pointer(&literal.to_string()),
            _ => false,
        });
        if prints_address {
            self.refuse(Refusal::new(&say::ADDRESS, path, &[]));
        }
    }
}

/// Whether a format string has a `{:p}`, with whatever width: `{order:#018p}`.
fn has_pointer(format: &str) -> bool {
    let text = format.replace("{{", "");
    let mut arguments = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    arguments
        .any(|(argument, _)| argument.split_once(':').is_some_and(|(_, spec)| spec.trim_end().ends_with('p')))
}
