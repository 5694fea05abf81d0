//! Second stage: what an item and its options may say. Each rule reports and goes on.

mod attributes;
mod parameters;
mod signature;

pub(crate) use self::attributes::is_of_tool;
use crate::catalogue as say;
use crate::errors::Errors;
use crate::kind::Kind;
use crate::parse::{Item, Options};

/// What the checks found out about the signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// Types that a history can hold stand where they are needed.
    Sound,
    /// Some type cannot be used; the generated code avoids it so that no second error follows.
    Broken,
    /// A method, which no generated item may stand beside.
    Method,
}

/// Reports every mistake outside the body.
pub(crate) fn check(item: &Item, options: &Options, kind: Kind, errors: &mut Errors) -> Shape {
    attributes::check(&item.attrs, kind, errors);
    signature::check(item, kind, errors);
    if kind == Kind::Pure {
        return if signature::receiver(item, kind, errors) { Shape::Method } else { Shape::Sound };
    }
    if let (Some(latest), None) = (&options.latest, &options.version) {
        errors.report(&say::LATEST, latest, &[]);
    }
    if signature::receiver(item, kind, errors) {
        return Shape::Method;
    }
    let before = errors.count();
    signature::generics(item, kind, errors);
    parameters::types(item, kind, errors);
    parameters::passed(item, kind, errors);
    let shape = if errors.count() == before { Shape::Sound } else { Shape::Broken };
    parameters::forms(item, kind, errors);
    shape
}
