//! What a body returned, by its type and not by its spelling.
//!
//! Stable Rust has no specialization. Two things stand in for it, and both need a concrete type, which generated
//! code has: an inherent constant hides a trait's constant of the same name, and a method found without taking a
//! reference hides one that needs it.

use core::convert::Infallible;
use core::error::Error as StdError;
use core::fmt::Display;
use core::marker::PhantomData;

use dacapo_engine::FailureDetails;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{DescribeError, Error, details_of, simple_name};
use crate::failure::carry_value;

/// Answers whether `R` is a `Result`.
pub struct IsResult<R>(PhantomData<R>);

impl<T, E> IsResult<Result<T, E>> {
    /// It is.
    pub const VALUE: bool = true;
}

/// The answer for all other types.
pub trait IsNotResult {
    /// It is not.
    const VALUE: bool = false;
}

impl<R> IsNotResult for IsResult<R> {}

/// Whether a type is a `Result`, as a constant expression.
#[doc(hidden)]
#[macro_export]
macro_rules! __is_result {
    ($returned:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::IsNotResult as _;
        <$crate::__private::IsResult<$returned>>::VALUE
    }};
}

/// A return type seen as a `Result` or as a plain value.
pub trait Returned<const IS_RESULT: bool> {
    /// The plain value, or what is in `Ok`.
    type Output;
    /// What is in `Err`; for a plain value, nothing.
    type Error;

    /// The value as a `Result`.
    fn into_result(self) -> Result<Self::Output, Self::Error>;
}

impl<T, E> Returned<true> for Result<T, E> {
    type Output = T;
    type Error = E;

    fn into_result(self) -> Self {
        self
    }
}

impl<T> Returned<false> for T {
    type Output = T;
    type Error = Infallible;

    fn into_result(self) -> Result<T, Infallible> {
        Ok(self)
    }
}

/// The plain value of a return type, or what is in its `Ok`.
pub type OutputOf<R, const IS_RESULT: bool> = <R as Returned<IS_RESULT>>::Output;

/// What is in the `Err` of a return type.
pub type ErrorOf<R, const IS_RESULT: bool> = <R as Returned<IS_RESULT>>::Error;

/// What a body returned, as it is recorded.
#[doc(hidden)]
#[macro_export]
macro_rules! __outcome {
    ($returned:ty, $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{
            Carried as _, Described as _, NotCarried as _, NotDescribed as _, NotStdError as _,
            StdReport as _,
        };
        match $crate::__private::Returned::<{ $crate::__private::is_result!($returned) }>::into_result($value)
        {
            ::core::result::Result::Ok(output) => ::core::result::Result::Ok(output),
            ::core::result::Result::Err(error) => ::core::result::Result::Err({
                let report = $crate::__private::Report(&error);
                $crate::__private::carry((&report).__details(), (&report).__described(), (&report).__value())
            }),
        }
    }};
}

/// The error value in a failure, if its type is serde.
#[doc(hidden)]
#[macro_export]
macro_rules! __decode_error {
    ($returned:ty, $json:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{Read as _, Unread as _};
        type __Error = $crate::__private::ErrorOf<$returned, { $crate::__private::is_result!($returned) }>;
        (&::core::marker::PhantomData::<__Error>).__read($json)
    }};
}

/// An error about to be described.
pub struct Report<'a, E>(pub &'a E);

impl Report<'_, Error> {
    /// The crate's own error brings its description along.
    #[doc(hidden)]
    pub fn __details(&self) -> FailureDetails {
        self.0.details()
    }
}

/// Details of an error with sources.
pub trait StdReport {
    #[doc(hidden)]
    fn __details(&self) -> FailureDetails;
}

impl<E: StdError + 'static> StdReport for Report<'_, E> {
    fn __details(&self) -> FailureDetails {
        details_of(simple_name(core::any::type_name::<E>()), self.0)
    }
}

/// An error that is only a text, such as `String`.
#[diagnostic::on_unimplemented(
    message = "[DC0308] `{Self}` cannot be the error of an activity or workflow",
    label = "it has no text to record",
    note = "implement `std::error::Error` for it, for example with `#[derive(Debug, thiserror::Error)]`, or at least `Display`"
)]
pub trait ErrorText: Display {}

#[diagnostic::do_not_recommend]
impl<E: Display> ErrorText for E {}

/// Details of an error that is only a text; the bound is on the method, so that it is what the compiler reports.
pub trait NotStdError<E> {
    #[doc(hidden)]
    fn __details(&self) -> FailureDetails
    where
        E: ErrorText;
}

impl<E> NotStdError<E> for &Report<'_, E> {
    fn __details(&self) -> FailureDetails
    where
        E: ErrorText,
    {
        FailureDetails::new(simple_name(core::any::type_name::<E>()), self.0.to_string())
    }
}

/// What an error says of itself: the name of its type, and whether retries are pointless.
pub type Description = (Option<String>, bool);

/// An error that describes itself.
pub trait Described {
    #[doc(hidden)]
    fn __described(&self) -> Description;
}

impl<E: DescribeError> Described for Report<'_, E> {
    fn __described(&self) -> Description {
        (self.0.error_type().map(str::to_owned), self.0.is_non_retriable())
    }
}

/// An error that does not.
pub trait NotDescribed {
    #[doc(hidden)]
    fn __described(&self) -> Description;
}

impl<E> NotDescribed for &Report<'_, E> {
    fn __described(&self) -> Description {
        (None, false)
    }
}

/// An error value that can ride along.
pub trait Carried {
    #[doc(hidden)]
    fn __value(&self) -> Option<String>;
}

impl<E: Serialize + DeserializeOwned> Carried for Report<'_, E> {
    fn __value(&self) -> Option<String> {
        serde_json::to_string(self.0).ok()
    }
}

/// An error value that cannot.
pub trait NotCarried {
    #[doc(hidden)]
    fn __value(&self) -> Option<String>;
}

impl<E> NotCarried for &Report<'_, E> {
    fn __value(&self) -> Option<String> {
        None
    }
}

/// Puts the parts of a failure together.
pub fn carry(mut details: FailureDetails, described: Description, value: Option<String>) -> FailureDetails {
    let (error_type, non_retriable) = described;
    if let Some(error_type) = error_type {
        details.error_type = error_type;
    }
    details.non_retriable |= non_retriable;
    if let Some(json) = value {
        carry_value(&mut details, json);
    }
    details
}

/// An error type that can be read back.
pub trait Read<E> {
    #[doc(hidden)]
    fn __read(&self, json: &str) -> Option<E>;
}

impl<E: Serialize + DeserializeOwned> Read<E> for PhantomData<E> {
    fn __read(&self, json: &str) -> Option<E> {
        serde_json::from_str(json).ok()
    }
}

/// An error type that cannot.
pub trait Unread<E> {
    #[doc(hidden)]
    fn __read(&self, json: &str) -> Option<E>;
}

impl<E> Unread<E> for &PhantomData<E> {
    fn __read(&self, _: &str) -> Option<E> {
        None
    }
}
