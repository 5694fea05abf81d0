//! All of several durables.

use core::future::Future;

use dacapo_engine::combine;

use super::Durable;
use crate::context::WorkflowContext;

#[diagnostic::do_not_recommend]
impl<D: Durable> Durable for Vec<D> {
    type Output = Vec<D::Output>;

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Output> {
        combine::join_all(ctx.engine(), self.into_iter().map(|member| member.begin(ctx)).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<D: Durable, const N: usize> Durable for [D; N] {
    type Output = [D::Output; N];

    async fn begin(self, ctx: &WorkflowContext) -> Self::Output {
        let outputs = Vec::from(self).begin(ctx).await;
        match <[D::Output; N]>::try_from(outputs) {
            Ok(outputs) => outputs,
            // A join yields as many outputs as it has members.
            Err(_) => unreachable!("a join of {N} yielded another number of outputs"),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<A: Durable> Durable for (A,) {
    type Output = (A::Output,);

    async fn begin(self, ctx: &WorkflowContext) -> Self::Output {
        (self.0.begin(ctx).await,)
    }
}

macro_rules! join_tuple {
    ($join:ident: $($name:ident $member:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Durable),+> Durable for ($($name,)+) {
            type Output = ($($name::Output,)+);

            fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Output> {
                let ($($member,)+) = self;
                combine::$join(ctx.engine(), $($member.begin(ctx)),+)
            }
        }
    };
}

join_tuple!(join2: A a, B b);
join_tuple!(join3: A a, B b, C c);
join_tuple!(join4: A a, B b, C c, D d);
join_tuple!(join5: A a, B b, C c, D d, E e);
join_tuple!(join6: A a, B b, C c, D d, E e, F f);
join_tuple!(join7: A a, B b, C c, D d, E e, F f, G g);
join_tuple!(join8: A a, B b, C c, D d, E e, F f, G g, H h);
join_tuple!(join9: A a, B b, C c, D d, E e, F f, G g, H h, I i);
join_tuple!(join10: A a, B b, C c, D d, E e, F f, G g, H h, I i, J j);
join_tuple!(join11: A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k);
join_tuple!(join12: A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k, L l);

/// Waits until all have succeeded, or for the first failure: of a tuple, a `Vec` or an array of durables that yield
/// `Result` with one error type.
///
/// A plain join, `vec.await`, waits for all and yields each result; this one fails fast. The others are dropped then. When
/// several fail at the same event, the first of them in source order counts.
///
/// ```
/// # use dacapo::prelude::*;
/// # #[activity] async fn price(item: u32) -> Result<u64> { Ok(1) }
/// #[workflow]
/// async fn total(items: Vec<u32>) -> Result<u64> {
///     let prices = all(items.into_iter().map(price).collect::<Vec<_>>()).await?;
///     Ok(prices.into_iter().sum())
/// }
/// ```
pub fn all<S>(members: S) -> All<S> {
    All(members)
}

/// The future of [`all`].
#[must_use = "it begins when it is awaited; add `.await`"]
#[derive(Clone, Debug)]
pub struct All<S>(S);

// The bound stands here alone, as that of a race does.
impl<S: AllSet> Durable for All<S> {
    type Output = S::Outcome;

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = S::Outcome> {
        self.0.all(ctx)
    }
}

/// What [`all`] takes: tuples of two to twelve durables that yield `Result` with one error type, `Vec`s and arrays of such.
#[diagnostic::on_unimplemented(
    message = "[DC0319] `{Self}` cannot be given to `all`",
    label = "expected a tuple, a `Vec` or an array of durables that yield `Result` with one error type",
    note = "members that fail in different ways are joined by awaiting them: `(a, b).await` yields both results"
)]
pub trait AllSet: Sized {
    /// All values, or the first error.
    type Outcome;

    #[doc(hidden)]
    fn all(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Outcome>;
}

#[diagnostic::do_not_recommend]
impl<T, E, D: Durable<Output = Result<T, E>>> AllSet for Vec<D> {
    type Outcome = Result<Vec<T>, E>;

    fn all(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Outcome> {
        combine::try_join_all(ctx.engine(), self.into_iter().map(|member| member.begin(ctx)).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, D: Durable<Output = Result<T, E>>, const N: usize> AllSet for [D; N] {
    type Outcome = Result<Vec<T>, E>;

    fn all(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Outcome> {
        Vec::from(self).all(ctx)
    }
}

macro_rules! all_tuple {
    ($join:ident: $($name:ident $value:ident $member:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<Fail, $($value, $name: Durable<Output = Result<$value, Fail>>),+> AllSet for ($($name,)+) {
            type Outcome = Result<($($value,)+), Fail>;

            fn all(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Outcome> {
                let ($($member,)+) = self;
                combine::$join(ctx.engine(), $($member.begin(ctx)),+)
            }
        }
    };
}

all_tuple!(try_join2: A Ta a, B Tb b);
all_tuple!(try_join3: A Ta a, B Tb b, C Tc c);
all_tuple!(try_join4: A Ta a, B Tb b, C Tc c, D Td d);
all_tuple!(try_join5: A Ta a, B Tb b, C Tc c, D Td d, E Te e);
all_tuple!(try_join6: A Ta a, B Tb b, C Tc c, D Td d, E Te e, F Tf f);
all_tuple!(try_join7: A Ta a, B Tb b, C Tc c, D Td d, E Te e, F Tf f, G Tg g);
all_tuple!(try_join8: A Ta a, B Tb b, C Tc c, D Td d, E Te e, F Tf f, G Tg g, H Th h);
all_tuple!(try_join9: A Ta a, B Tb b, C Tc c, D Td d, E Te e, F Tf f, G Tg g, H Th h, I Ti i);
all_tuple!(try_join10: A Ta a, B Tb b, C Tc c, D Td d, E Te e, F Tf f, G Tg g, H Th h, I Ti i, J Tj j);
all_tuple!(try_join11: A Ta a, B Tb b, C Tc c, D Td d, E Te e, F Tf f, G Tg g, H Th h, I Ti i, J Tj j, K Tk k);
all_tuple!(try_join12: A Ta a, B Tb b, C Tc c, D Td d, E Te e, F Tf f, G Tg g, H Th h, I Ti i, J Tj j, K Tk k, L Tl l);

/// Bounded fan-out: on any iterator of durables.
pub trait FanOut: IntoIterator + Sized {
    /// Runs at most `limit` members at a time and yields all outputs in the order of the input. The next member
    /// begins when any of the running ones completes. Zero means one.
    ///
    /// ```
    /// # use dacapo::prelude::*;
    /// # #[activity] async fn resize(image: u32) -> Result<()> { Ok(()) }
    /// #[workflow]
    /// async fn thumbnails(images: Vec<u32>) -> Result<()> {
    ///     for resized in images.into_iter().map(resize).buffered(8).await {
    ///         resized?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    fn buffered(self, limit: usize) -> Buffered<Self> {
        Buffered { members: self, limit }
    }
}

impl<I: IntoIterator> FanOut for I {}

/// The future of [`FanOut::buffered`].
#[must_use = "it begins when it is awaited; add `.await`"]
#[derive(Clone, Debug)]
pub struct Buffered<I> {
    members: I,
    limit: usize,
}

#[diagnostic::do_not_recommend]
impl<D: Durable, I: IntoIterator<Item = D>> Durable for Buffered<I> {
    type Output = Vec<D::Output>;

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Output> {
        combine::buffered(
            ctx.engine(),
            self.members.into_iter().map(|member| member.begin(ctx)),
            self.limit.max(1),
        )
    }
}
