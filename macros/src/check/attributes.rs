//! Attributes below ours: those known not to touch the function are carried over, every other is refused.

use syn::Attribute;

use crate::catalogue as say;
use crate::errors::Errors;
use crate::kind::Kind;
use crate::spelling::spelled;

/// Attributes that leave the function as it is.
const HARMLESS: [&str; 10] =
    ["doc", "cfg", "cfg_attr", "allow", "warn", "deny", "forbid", "expect", "deprecated", "must_use"];
/// Namespaces of tools, which read attributes without expanding them.
const TOOLS: [&str; 3] = ["clippy", "rustfmt", "diagnostic"];

pub(super) fn check(attrs: &[Attribute], kind: Kind, errors: &mut Errors) {
    for attr in attrs.iter().filter(|attr| !is_harmless(attr)) {
        let foreign = spelled(attr.path());
        let last = attr.path().segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if last == "accept" {
            let reason = [(
                "reason",
                "it stands on the function, not on the statement or expression that it is about",
            )];
            errors.report(&say::ACCEPT_FORM, attr, &reason);
            continue;
        }
        match Kind::of_attribute(&last) {
            Some(other) if other != kind => {
                let values = [
                    ("article", kind.article()),
                    ("kind", kind.noun()),
                    ("other_article", other.article()),
                    ("other", other.noun()),
                    ("foreign", &foreign),
                ];
                errors.report(&say::TWO_KINDS, attr, &values);
            }
            same => {
                let remedy = match same {
                    Some(_) => "one of them is enough",
                    None => "put it on a function that this one calls, or remove it",
                };
                let values = [("foreign", &*foreign), ("attribute", kind.attribute()), ("remedy", remedy)];
                errors.report(&say::FOREIGN_ATTRIBUTE, attr, &values);
            }
        }
    }
}

fn is_harmless(attr: &Attribute) -> bool {
    HARMLESS.iter().any(|name| attr.path().is_ident(name)) || is_of_tool(attr)
}

/// `#[rustfmt::skip]` and its like.
pub(crate) fn is_of_tool(attr: &Attribute) -> bool {
    let segments = &attr.path().segments;
    segments.len() > 1 && TOOLS.iter().any(|tool| segments[0].ident == tool)
}
