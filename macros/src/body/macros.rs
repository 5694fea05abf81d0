//! Macros in the body: known ones are looked into, the rest is refused unless the user answers for it.

use proc_macro2::TokenStream;
use syn::Path;

use super::{Refusal, Walk};
use crate::catalogue as say;
use crate::errors::error;
use crate::spelling::spelled;

/// Macros whose arguments are expressions and that add nothing a replay could see.
const KNOWN: [&str; 47] = [
    "vec",
    "format",
    "format_args",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
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
    "enabled",
    "json",
    "bail",
    "ensure",
    "anyhow",
    "eyre",
    "try_join_all",
    "from_fn",
    "addr_of",
];
const PRINTING: [&str; 5] = ["println", "eprintln", "print", "eprint", "dbg"];
const ENVIRONMENT: [&str; 2] = ["env", "option_env"];
/// Crates whose macros hide a polling order behind these names.
const POLLING: [&str; 7] = ["select", "select_biased", "join", "try_join", "pin", "poll", "pending"];

/// Whether a macro is another crate's `select!` or `join!`.
pub(super) fn is_polling(path: &Path) -> bool {
    let mut segments = path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let is_named = segments.next().is_some_and(|last| POLLING.contains(&&*last));
    is_named && segments.next().is_none_or(|crate_name| crate_name != "dacapo")
}

/// The error of such a macro.
pub(super) fn polling(path: &Path) -> syn::Error {
    error(&say::POLLING_MACRO, path, &[("macro", &spelled(path))])
}

impl Walk<'_> {
    /// Reports a macro whose expansion the checks cannot see or would refuse.
    pub(super) fn check_macro(&mut self, path: &Path, tokens: &TokenStream) {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let Some(last) = names.last() else { return };
        let is_ours = names.len() > 1 && names[0] == "dacapo";
        let shown = spelled(path);
        let values = [("macro", &*shown), ("attribute", self.scope.kind.name())];
        if is_ours || self.is_allowed(path) {
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
        } else if !KNOWN.contains(&&**last) {
            &say::OPAQUE_MACRO
        } else {
            return self.check_pointer_format(path, tokens);
        };
        self.refuse(Refusal::new(row, path, &values));
    }

    fn is_allowed(&self, path: &Path) -> bool {
        let last = path.segments.last().map(|segment| &segment.ident);
        self.scope.allowed_macros.iter().any(|allowed| match allowed.get_ident() {
            Some(name) => Some(name) == last,
            None => spelled(allowed) == spelled(path),
        })
    }

    /// `{:p}` prints an address.
    fn check_pointer_format(&mut self, path: &Path, tokens: &TokenStream) {
        let text = tokens.clone().into_iter().find_map(|token| match token {
            proc_macro2::TokenTree::Literal(literal) => Some(literal.to_string()),
            _ => None,
        });
        if text.is_some_and(|text| text.contains(":p}") || text.contains(":#p}")) {
            self.refuse(Refusal::new(&say::ADDRESS, path, &[]));
        }
    }
}
