//! Values as they travel: JSON text, compact, absent for nothing.
//!
//! These forms end up in histories and in programs of other languages; they never change (docs/protocol.md,
//! "Work items").

use core::fmt;
use core::marker::PhantomData;

use serde::de::{DeserializeOwned, IgnoredAny, SeqAccess, Visitor, value::UnitDeserializer};
use serde::{Deserialize, Serialize};

/// The JSON text of `value`; absent when that is `null`, which is how `()` and `None` travel as results.
pub(crate) fn encode_result<T: Serialize>(value: &T) -> Result<Option<String>, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    Ok((json != "null").then_some(json))
}

/// The value that `text` stands for. Absent and empty text read as `null`.
pub(crate) fn decode<T: DeserializeOwned>(text: Option<&str>) -> Result<T, serde_json::Error> {
    serde_json::from_str(text.filter(|text| !text.is_empty()).unwrap_or("null"))
}

/// How the arguments of an activity or workflow travel: no parameter as an absent input, one as its own JSON value,
/// several as an array in the order of declaration, in which missing trailing elements read as `null`.
pub struct Arguments<A> {
    pub(crate) encode: fn(&A) -> Result<Option<String>, serde_json::Error>,
    pub(crate) decode: fn(Option<&str>) -> Result<A, serde_json::Error>,
}

/// How the result of an activity or workflow travels.
pub struct Output<T> {
    pub(crate) encode: fn(&T) -> Result<Option<String>, serde_json::Error>,
    pub(crate) decode: fn(Option<&str>) -> Result<T, serde_json::Error>,
}

/// A value that can be stored in a history.
#[diagnostic::on_unimplemented(
    message = "[DC0302] `{Self}` cannot be stored in a workflow's history",
    label = "arguments and results travel as JSON",
    note = "derive both: `#[derive(Serialize, Deserialize)]`",
    note = "a borrowed type cannot come back from the history: use `String` for `&str`, `Vec<T>` for `&[T]`"
)]
pub trait Payload: Serialize + DeserializeOwned + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + 'static> Payload for T {}

/// The codec of a result.
pub const fn output<T: Payload>() -> Output<T> {
    Output { encode: encode_result, decode }
}

/// The codec of no arguments.
pub const fn arguments0() -> Arguments<()> {
    Arguments { encode: |()| Ok(None), decode: |_| Ok(()) }
}

/// The codec of one argument.
pub const fn arguments1<A: Payload>() -> Arguments<(A,)> {
    Arguments {
        encode: |(value,)| serde_json::to_string(value).map(Some),
        decode: |text| decode(text).map(|value| (value,)),
    }
}

/// A codec that works on nothing: it stands beside a compile error, so that no second one follows from the first.
pub const fn broken_arguments<A: 'static>() -> Arguments<A> {
    Arguments { encode: |_| Err(not_compiled()), decode: |_| Err(not_compiled()) }
}

/// As [`broken_arguments`], for a result.
pub const fn broken_output<T: 'static>() -> Output<T> {
    Output { encode: |_| Err(not_compiled()), decode: |_| Err(not_compiled()) }
}

fn not_compiled() -> serde_json::Error {
    serde::de::Error::custom("this function did not compile")
}

const fn several<A: Serialize>() -> Arguments<A>
where
    Several<A>: DeserializeOwned,
{
    Arguments {
        encode: |arguments| serde_json::to_string(arguments).map(Some),
        decode: |text| decode::<Several<A>>(text).map(|several| several.0),
    }
}

// Written out, and not by a macro: the compiler's notes point at these bounds.

/// The codec of two arguments.
pub const fn arguments2<A: Payload, B: Payload>() -> Arguments<(A, B)> {
    several()
}

/// The codec of three arguments.
pub const fn arguments3<A: Payload, B: Payload, C: Payload>() -> Arguments<(A, B, C)> {
    several()
}

/// The codec of four arguments.
pub const fn arguments4<A: Payload, B: Payload, C: Payload, D: Payload>() -> Arguments<(A, B, C, D)> {
    several()
}

/// The codec of five arguments.
pub const fn arguments5<A: Payload, B: Payload, C: Payload, D: Payload, E: Payload>()
-> Arguments<(A, B, C, D, E)> {
    several()
}

/// The codec of six arguments.
pub const fn arguments6<A: Payload, B: Payload, C: Payload, D: Payload, E: Payload, F: Payload>()
-> Arguments<(A, B, C, D, E, F)> {
    several()
}

/// The codec of seven arguments.
pub const fn arguments7<
    A: Payload,
    B: Payload,
    C: Payload,
    D: Payload,
    E: Payload,
    F: Payload,
    G: Payload,
>() -> Arguments<(A, B, C, D, E, F, G)> {
    several()
}

/// The codec of eight arguments.
#[expect(clippy::type_complexity, reason = "a tuple of eight is what it is")]
pub const fn arguments8<
    A: Payload,
    B: Payload,
    C: Payload,
    D: Payload,
    E: Payload,
    F: Payload,
    G: Payload,
    H: Payload,
>() -> Arguments<(A, B, C, D, E, F, G, H)> {
    several()
}

macro_rules! several {
    ($count:literal: $($name:ident $index:tt),+) => {
        impl<'de, $($name: DeserializeOwned),+> Deserialize<'de> for Several<($($name,)+)> {
            fn deserialize<De: serde::Deserializer<'de>>(deserializer: De) -> Result<Self, De::Error> {
                deserializer.deserialize_any(SeveralVisitor::<($($name,)+)>(PhantomData))
            }
        }

        impl<'de, $($name: DeserializeOwned),+> Visitor<'de> for SeveralVisitor<($($name,)+)> {
            type Value = Several<($($name,)+)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!("an array of ", $count, " arguments"))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut sequence: S) -> Result<Self::Value, S::Error> {
                let arguments = ($(element::<$name, S>(&mut sequence, $index)?,)+);
                match sequence.next_element::<IgnoredAny>()? {
                    None => Ok(Several(arguments)),
                    Some(_) => Err(serde::de::Error::custom(concat!("more than the ", $count, " arguments that are declared"))),
                }
            }

            fn visit_unit<Er: serde::de::Error>(self) -> Result<Self::Value, Er> {
                Ok(Several(($(missing::<$name, Er>($index)?,)+)))
            }
        }
    };
}

several!("2": A 0, B 1);
several!("3": A 0, B 1, C 2);
several!("4": A 0, B 1, C 2, D 3);
several!("5": A 0, B 1, C 2, D 3, E 4);
several!("6": A 0, B 1, C 2, D 3, E 4, F 5);
several!("7": A 0, B 1, C 2, D 3, E 4, F 5, G 6);
several!("8": A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

struct Several<T>(T);
struct SeveralVisitor<T>(PhantomData<T>);

fn element<'de, T: DeserializeOwned, S: SeqAccess<'de>>(
    sequence: &mut S,
    index: usize,
) -> Result<T, S::Error> {
    match sequence.next_element::<T>()? {
        Some(value) => Ok(value),
        None => missing(index),
    }
}

fn missing<T: DeserializeOwned, E: serde::de::Error>(index: usize) -> Result<T, E> {
    T::deserialize(UnitDeserializer::<E>::new())
        .map_err(|_| E::custom(format_args!("argument {} is missing", index + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_argument_is_absent_one_is_itself_and_several_are_an_array() {
        assert_eq!((arguments0().encode)(&()).unwrap(), None);
        assert_eq!((arguments1().encode)(&(7,)).unwrap().as_deref(), Some("7"));
        assert_eq!((arguments1().encode)(&(Option::<u8>::None,)).unwrap().as_deref(), Some("null"));
        assert_eq!((arguments2().encode)(&(7, "x".to_owned())).unwrap().as_deref(), Some(r#"[7,"x"]"#));
    }

    #[test]
    fn missing_trailing_arguments_read_as_null() {
        assert_eq!((arguments2::<u8, Option<u8>>().decode)(Some("[1]")).unwrap(), (1, None));
        assert_eq!((arguments2::<Option<u8>, Option<u8>>().decode)(None).unwrap(), (None, None));
        let error = (arguments2::<u8, u8>().decode)(Some("[1]")).unwrap_err();
        assert!(error.to_string().contains("argument 2 is missing"), "{error}");
    }

    #[test]
    fn more_arguments_than_declared_are_refused() {
        let error = (arguments2::<u8, u8>().decode)(Some("[1,2,3]")).unwrap_err();
        assert!(error.to_string().contains("more than the 2 arguments"), "{error}");
    }

    #[test]
    fn absent_empty_and_null_read_alike() {
        for text in [None, Some(""), Some("null")] {
            decode::<()>(text).unwrap();
            assert_eq!(decode::<Option<u8>>(text).unwrap(), None);
            assert_eq!((arguments1::<Option<u8>>().decode)(text).unwrap(), (None,));
        }
    }

    #[test]
    fn the_results_unit_and_none_are_absent() {
        assert_eq!(encode_result(&()).unwrap(), None);
        assert_eq!(encode_result(&Option::<u8>::None).unwrap(), None);
        assert_eq!(encode_result(&"x").unwrap().as_deref(), Some("\"x\""));
    }
}
