//! Waits for all of a tuple, or for the first failure.

use alloc::rc::Rc;
use core::{
    pin::Pin,
    task::{self, Poll},
};

use super::{heat::Heat, member::Member};
use crate::{context::Context, journal::Core};

// Input: `try_join!(try_join2 TryJoin2: A a T 0, B b U 1);`
// Output: `pub fn try_join2<A, T, B, U, Error>(ctx: &Context, a: A, b: B) -> TryJoin2<A, B>`, whose output is
// `Result<(T, U), Error>`.
macro_rules! try_join {
    ($function:ident $Join:ident: $($F:ident $f:ident $T:ident $index:literal),+) => {
        #[doc = concat!("Waits for all members to succeed, or for one to fail; the others are then dropped. See [`", stringify!($Join), "`].")]
        ///
        /// When several fail at the same event, the first of them in order counts.
        #[allow(clippy::too_many_arguments, reason = "one argument a member")]
        pub fn $function<$($F, $T,)+ Error>(ctx: &Context, $($f: $F),+) -> $Join<$($F),+>
        where
            $($F: Future<Output = Result<$T, Error>>),+
        {
            $Join { core: Rc::clone(&ctx.core), $($f: Member::new($f)),+ }
        }

        #[doc = concat!("The future of [`", stringify!($function), "`].")]
        #[must_use = "futures do nothing until they are awaited"]
        pub struct $Join<$($F: Future),+> {
            core: Rc<Core>,
            $($f: Member<$F>),+
        }

        // Members are boxed and outputs are never pinned.
        impl<$($F: Future),+> Unpin for $Join<$($F),+> {}

        impl<$($F: Future),+> $Join<$($F),+> {
            fn clear(&mut self) {
                $(self.$f.clear();)+
            }
        }

        impl<$($F, $T,)+ Error> Future for $Join<$($F),+>
        where
            $($F: Future<Output = Result<$T, Error>>),+
        {
            type Output = Result<($($T,)+), Error>;

            fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
                let core = Rc::clone(&self.core);
                let mut heat = Heat::begin(&core);
                let mut is_done = true;
                $(is_done &= heat.run($index, || self.$f.poll(cx));)+
                $(
                    if matches!(self.$f.output(), Some(Err(_)))
                        && let Some(Err(error)) = self.$f.take()
                    {
                        self.clear();
                        heat.won_by($index);
                        return Poll::Ready(Err(error));
                    }
                )+
                heat.go_on();
                if !is_done {
                    return Poll::Pending;
                }
                match ($(self.$f.take(),)+) {
                    ($(Some(Ok($f)),)+) => Poll::Ready(Ok(($($f,)+))),
                    // Polled again after its end.
                    _ => Poll::Pending,
                }
            }
        }
    };
}

try_join!(try_join2 TryJoin2: A a Ta 0, B b Tb 1);
try_join!(try_join3 TryJoin3: A a Ta 0, B b Tb 1, C c Tc 2);
try_join!(try_join4 TryJoin4: A a Ta 0, B b Tb 1, C c Tc 2, D d Td 3);
try_join!(try_join5 TryJoin5: A a Ta 0, B b Tb 1, C c Tc 2, D d Td 3, E e Te 4);
try_join!(try_join6 TryJoin6: A a Ta 0, B b Tb 1, C c Tc 2, D d Td 3, E e Te 4, F f Tf 5);
try_join!(try_join7 TryJoin7: A a Ta 0, B b Tb 1, C c Tc 2, D d Td 3, E e Te 4, F f Tf 5, G g Tg 6);
try_join!(try_join8 TryJoin8: A a Ta 0, B b Tb 1, C c Tc 2, D d Td 3, E e Te 4, F f Tf 5, G g Tg 6, H h Th 7);
try_join!(
    try_join9 TryJoin9:
    A a Ta 0, B b Tb 1, C c Tc 2, D d Td 3, E e Te 4, F f Tf 5, G g Tg 6, H h Th 7, I i Ti 8
);
try_join!(
    try_join10 TryJoin10:
    A a Ta 0, B b Tb 1, C c Tc 2, D d Td 3, E e Te 4, F f Tf 5, G g Tg 6, H h Th 7, I i Ti 8, J j Tj 9
);
try_join!(
    try_join11 TryJoin11:
    A a Ta 0, B b Tb 1, C c Tc 2, D d Td 3, E e Te 4, F f Tf 5, G g Tg 6, H h Th 7, I i Ti 8, J j Tj 9, K k Tk 10
);
try_join!(
    try_join12 TryJoin12:
    A a Ta 0, B b Tb 1, C c Tc 2, D d Td 3, E e Te 4, F f Tf 5, G g Tg 6, H h Th 7, I i Ti 8, J j Tj 9, K k Tk 10,
    L l Tl 11
);
