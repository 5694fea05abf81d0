//! A kept execution answers what a replay of the whole history answers, whatever program it runs, in whatever order
//! its results arrive, however they are cut into turns, and however many answers are lost.
//!
//! `DACAPO_CASES=1000000 cargo test -p dacapo-engine --release --test equivalence` runs longer. A failure prints its
//! seed and its smallest case, and is kept in `equivalence.proptest-regressions`.

mod support;

use proptest::prelude::*;
use support::{
    generated::program,
    world::{World, acts},
};

proptest! {
    #![proptest_config(support::cases(2_000))]

    #[test]
    fn kept_split_and_replayed_executions_answer_the_same(program in program(), acts in acts()) {
        let mut world = World::new(&program);
        for act in &acts {
            world.act(act);
        }
    }
}
