//! Waits for the first of a tuple.

use alloc::rc::Rc;
use core::{
    pin::Pin,
    task::{self, Poll},
};

use super::{heat::Heat, member::Member};
use crate::{context::Context, journal::Core};

// Input: `race!(race2 Race2 OneOf2: A a First 0, B b Second 1);`
// Output: `pub fn race2<A, B>(ctx: &Context, a: A, b: B) -> Race2<A, B>`, whose output is the enum
// `OneOf2 { First(A::Output), Second(B::Output) }`.
macro_rules! race {
    ($function:ident $Race:ident $OneOf:ident: $($F:ident $f:ident $Place:ident $index:literal),+) => {
        #[doc = concat!("Waits for the first member to be done; the others are dropped. See [`", stringify!($OneOf), "`].")]
        ///
        /// When several are done at the same event, the first of them in order wins.
        #[allow(clippy::too_many_arguments, reason = "one argument a member")]
        pub fn $function<$($F: Future),+>(ctx: &Context, $($f: $F),+) -> $Race<$($F),+> {
            $Race { core: Rc::clone(&ctx.core), $($f: Member::new($f)),+ }
        }

        #[doc = concat!("Which member of [`", stringify!($function), "`] was first, and its output.")]
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum $OneOf<$($F),+> {
            $(
                #[doc = concat!("The member of this place, counted from 0: ", stringify!($index), ".")]
                $Place($F),
            )+
        }

        #[doc = concat!("The future of [`", stringify!($function), "`].")]
        #[must_use = "futures do nothing until they are awaited"]
        pub struct $Race<$($F: Future),+> {
            core: Rc<Core>,
            $($f: Member<$F>),+
        }

        // Members are boxed and outputs are never pinned.
        impl<$($F: Future),+> Unpin for $Race<$($F),+> {}

        impl<$($F: Future),+> $Race<$($F),+> {
            fn clear(&mut self) {
                $(self.$f.clear();)+
            }
        }

        impl<$($F: Future),+> Future for $Race<$($F),+> {
            type Output = $OneOf<$($F::Output),+>;

            fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
                let core = Rc::clone(&self.core);
                let mut heat = Heat::begin(&core);
                $(heat.run($index, || self.$f.poll(cx));)+
                #[cfg(feature = "faults")]
                if core.has(crate::Fault::LastOfRaceWins) {
                    let last = [$(self.$f.output().is_some()),+].iter().rposition(|is_done| *is_done);
                    $(if last.is_some_and(|last| $index < last) { self.$f.clear(); })+
                }
                $(
                    if let Some(output) = self.$f.take() {
                        self.clear();
                        heat.won_by($index);
                        return Poll::Ready($OneOf::$Place(output));
                    }
                )+
                heat.go_on();
                Poll::Pending
            }
        }
    };
}

race!(race2 Race2 OneOf2: A a First 0, B b Second 1);
race!(race3 Race3 OneOf3: A a First 0, B b Second 1, C c Third 2);
race!(race4 Race4 OneOf4: A a First 0, B b Second 1, C c Third 2, D d Fourth 3);
race!(race5 Race5 OneOf5: A a First 0, B b Second 1, C c Third 2, D d Fourth 3, E e Fifth 4);
race!(race6 Race6 OneOf6: A a First 0, B b Second 1, C c Third 2, D d Fourth 3, E e Fifth 4, F f Sixth 5);
race!(
    race7 Race7 OneOf7:
    A a First 0, B b Second 1, C c Third 2, D d Fourth 3, E e Fifth 4, F f Sixth 5, G g Seventh 6
);
race!(
    race8 Race8 OneOf8:
    A a First 0, B b Second 1, C c Third 2, D d Fourth 3, E e Fifth 4, F f Sixth 5, G g Seventh 6, H h Eighth 7
);
