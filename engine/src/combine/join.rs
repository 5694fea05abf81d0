//! Waits for all of a tuple.

use core::{
    pin::Pin,
    task::{self, Poll},
};

use super::member::Member;
use crate::context::Context;

// Input: `join!(join2 Join2: A a, B b);`
// Output: `pub fn join2<A, B>(_: &Context, a: A, b: B) -> Join2<A, B>`, whose output is `(A::Output, B::Output)`.
macro_rules! join {
    ($function:ident $Join:ident: $($F:ident $f:ident),+) => {
        #[doc = concat!("Waits for all members; the outputs come in their order, as a tuple. See [`", stringify!($Join), "`].")]
        #[allow(clippy::too_many_arguments, reason = "one argument a member")]
        pub fn $function<$($F: Future),+>(_: &Context, $($f: $F),+) -> $Join<$($F),+> {
            $Join { $($f: Member::new($f)),+ }
        }

        #[doc = concat!("The future of [`", stringify!($function), "`].")]
        #[must_use = "futures do nothing until they are awaited"]
        pub struct $Join<$($F: Future),+> {
            $($f: Member<$F>),+
        }

        // Members are boxed and outputs are never pinned.
        impl<$($F: Future),+> Unpin for $Join<$($F),+> {}

        impl<$($F: Future),+> Future for $Join<$($F),+> {
            type Output = ($($F::Output,)+);

            fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
                let mut is_done = true;
                $(is_done &= self.$f.poll(cx);)+
                if !is_done {
                    return Poll::Pending;
                }
                match ($(self.$f.take(),)+) {
                    ($(Some($f),)+) => Poll::Ready(($($f,)+)),
                    // Polled again after its end.
                    _ => Poll::Pending,
                }
            }
        }
    };
}

join!(join2 Join2: A a, B b);
join!(join3 Join3: A a, B b, C c);
join!(join4 Join4: A a, B b, C c, D d);
join!(join5 Join5: A a, B b, C c, D d, E e);
join!(join6 Join6: A a, B b, C c, D d, E e, F f);
join!(join7 Join7: A a, B b, C c, D d, E e, F f, G g);
join!(join8 Join8: A a, B b, C c, D d, E e, F f, G g, H h);
join!(join9 Join9: A a, B b, C c, D d, E e, F f, G g, H h, I i);
join!(join10 Join10: A a, B b, C c, D d, E e, F f, G g, H h, I i, J j);
join!(join11 Join11: A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k);
join!(join12 Join12: A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k, L l);
