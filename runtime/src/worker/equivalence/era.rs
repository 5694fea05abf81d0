//! What releases of Dapr do differently.

use proptest::prelude::*;

/// What a sidecar does that others do not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Era {
    /// Turns name their execution.
    pub(super) names_executions: bool,
    /// Turns leave out what the worker knows.
    pub(super) sends_deltas: bool,
    pub(super) has_routers: bool,
    /// Records and results name the call.
    pub(super) has_call_ids: bool,
    pub(super) has_timer_names: bool,
    pub(super) has_timer_origins: bool,
    /// History has the timers of waits without end; those of older SDKs do not.
    pub(super) has_optional_timers: bool,
    /// A second result of the same work does not reach the worker.
    pub(super) drops_repeats: bool,
    /// Nor does a result of an earlier execution. With the ids of other SDKs it could be taken for that of other work.
    pub(super) drops_stale: bool,
    /// What continues as new is saved at once, and not only when a generation ends its turn otherwise.
    pub(super) saves_generations: bool,
    pub(super) filter: Filter,
    pub(super) rewriting: Rewriting,
}

/// Which results are not saved when nothing records their work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Nothing,
    /// Those of activities and children.
    Results,
    Everything,
}

/// Whether the bytes of committed events differ from those that the worker would write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rewriting {
    Never,
    Once,
    /// And they change from turn to turn.
    Always,
}

pub(super) fn era() -> impl Strategy<Value = Era> {
    let release = prop_oneof![1 => Just(15), 1 => Just(16), 1 => Just(17), 1 => Just(18), 4 => Just(19)];
    let manners =
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.3), prop::bool::weighted(0.9), any::<bool>());
    let filter = prop_oneof![Just(Filter::Nothing), Just(Filter::Results), Just(Filter::Everything)];
    let rewriting =
        prop_oneof![6 => Just(Rewriting::Never), 1 => Just(Rewriting::Once), 1 => Just(Rewriting::Always)];
    (release, manners, filter, rewriting).prop_map(|(release, manners, filter, rewriting)| {
        let (sends_deltas, drops_repeats, drops_stale, has_optional_timers, saves_generations) = manners;
        Era {
            names_executions: release > 18,
            sends_deltas: release > 18 && sends_deltas,
            has_routers: release > 15,
            has_call_ids: release > 15,
            has_timer_names: release > 15,
            has_timer_origins: release > 17,
            has_optional_timers,
            drops_repeats,
            drops_stale: drops_stale || !has_optional_timers,
            saves_generations,
            filter,
            rewriting,
        }
    })
}
