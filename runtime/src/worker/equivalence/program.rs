//! Workflows as data, made up by proptest.

use std::sync::Arc;

use dacapo_engine::Propagation;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// A workflow.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) body: Block,
    /// How many generations it has when it asks for another in each.
    pub(super) generations: u32,
    /// The named version that it runs as; such programs have no patches.
    pub(super) is_versioned: bool,
}

/// Nodes one after the other: the body of a workflow or of a helper.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) nodes: Arc<[Node]>,
    /// Whether a failure ends it, as `?` does.
    pub(super) is_strict: bool,
}

/// One thing that a workflow does. Each yields a digest of what came of it, or the digest of a failure.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Call(Call),
    Timer(Timer),
    Event {
        name: u8,
        timeout: Option<u16>,
    },
    /// Begins a call at once; the block keeps its handle.
    Start(Call),
    /// Begins a timer at once; the block keeps its handle.
    StartTimer(Timer),
    /// Awaits the oldest handle of the block.
    Await,
    /// Drops the oldest handle of the block.
    Discard,
    Detach,
    Block(Block),
    Join(Shape, Arc<[Node]>),
    TryJoin(Shape, Arc<[Node]>),
    Race(Shape, Arc<[Node]>),
    Buffered(u8, Arc<[Node]>),
    Timeout(u16, Arc<Node>),
    /// Which way is taken depends on whether the patch is in force.
    Patch {
        patch: u8,
        new: Arc<Node>,
        old: Arc<Node>,
    },
    /// Which way is taken depends on what has been seen so far.
    Branch(Arc<Node>, Arc<Node>),
    Status,
    Uuid,
    Now,
    Fail,
    /// Asks for a next generation, if there is to be one.
    Renew {
        keeps_events: bool,
    },
}

/// How many members a combination has: fixed, or as many as there are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Tuple,
    Many,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) callee: Callee,
    pub(super) name: u8,
    pub(super) retry: Option<Retry>,
    pub(super) is_remote: bool,
    pub(super) propagation: Propagation,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Callee {
    Activity,
    Child,
    /// A child with an id of its own.
    NamedChild,
}

#[derive(Clone, Debug)]
pub(super) struct Retry {
    pub(super) max_attempts: u32,
    pub(super) first_millis: u16,
    pub(super) is_doubling: bool,
    pub(super) max_millis: Option<u16>,
    pub(super) timeout_millis: Option<u16>,
    pub(super) has_fatal_type: bool,
    pub(super) has_predicate: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Timer {
    After(u16),
    /// Milliseconds after the first moment of the model's time.
    At(u16),
}

/// How many names of external events there are.
pub(super) const EVENT_NAMES: u8 = 3;

pub(super) fn program() -> impl Strategy<Value = Program> {
    let body = prop_oneof![3 => vec(node(), 1..7), 1 => vec(node(), 7..14)];
    (body, any::<bool>(), 1..4_u32, prop::bool::weighted(0.1)).prop_map(
        |(mut nodes, is_strict, generations, is_versioned)| {
            if generations > 1 && !nodes.iter().any(|node| matches!(node, Node::Renew { .. })) {
                nodes.insert(0, Node::Renew { keeps_events: nodes.len() % 3 != 0 });
            }
            Program { body: Block { nodes: nodes.into(), is_strict }, generations, is_versioned }
        },
    )
}

fn node() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        let some = |range: std::ops::Range<usize>| vec(inner.clone(), range).prop_map(Arc::from);
        let one = inner.clone().prop_map(Arc::new);
        let two = (one.clone(), one.clone());
        prop_oneof![
            3 => (vec(inner.clone(), 1..5), any::<bool>())
                .prop_map(|(nodes, is_strict)| Node::Block(Block { nodes: nodes.into(), is_strict })),
            2 => (shape(), some(1..5)).prop_map(|(shape, nodes)| Node::Join(shape, nodes)),
            2 => (shape(), some(1..5)).prop_map(|(shape, nodes)| Node::TryJoin(shape, nodes)),
            4 => (shape(), some(1..5)).prop_map(|(shape, nodes)| Node::Race(shape, nodes)),
            1 => (0..4_u8, some(1..6)).prop_map(|(width, nodes)| Node::Buffered(width, nodes)),
            2 => (0..500_u16, one).prop_map(|(millis, node)| Node::Timeout(millis, node)),
            1 => (0..3_u8, two.clone()).prop_map(|(patch, (new, old))| Node::Patch { patch, new, old }),
            1 => two.prop_map(|(even, odd)| Node::Branch(even, odd)),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Node> {
    prop_oneof![
        6 => call().prop_map(Node::Call),
        2 => timer().prop_map(Node::Timer),
        6 => (0..EVENT_NAMES, option::of(0..400_u16)).prop_map(|(name, timeout)| Node::Event { name, timeout }),
        2 => call().prop_map(Node::Start),
        1 => timer().prop_map(Node::StartTimer),
        2 => Just(Node::Await),
        1 => Just(Node::Discard),
        1 => Just(Node::Detach),
        1 => Just(Node::Status),
        1 => Just(Node::Uuid),
        1 => Just(Node::Now),
        1 => Just(Node::Fail),
        1 => any::<bool>().prop_map(|keeps_events| Node::Renew { keeps_events }),
    ]
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![Just(Shape::Tuple), Just(Shape::Many)]
}

fn timer() -> impl Strategy<Value = Timer> {
    prop_oneof![(0..400_u16).prop_map(Timer::After), (0..2000_u16).prop_map(Timer::At)]
}

fn call() -> impl Strategy<Value = Call> {
    let callee =
        prop_oneof![3 => Just(Callee::Activity), 1 => Just(Callee::Child), 1 => Just(Callee::NamedChild)];
    let propagation = prop_oneof![
        4 => Just(Propagation::None),
        1 => Just(Propagation::OwnHistory),
        1 => Just(Propagation::Lineage)
    ];
    (callee, 0..3_u8, option::weighted(0.4, retry()), prop::bool::weighted(0.1), propagation).prop_map(
        |(callee, name, retry, is_remote, propagation)| Call { callee, name, retry, is_remote, propagation },
    )
}

fn retry() -> impl Strategy<Value = Retry> {
    let limits = (option::weighted(0.3, 0..300_u16), option::weighted(0.3, 0..500_u16));
    (0..4_u32, 1..200_u16, any::<bool>(), limits, any::<bool>(), any::<bool>()).prop_map(
        |(
            max_attempts,
            first_millis,
            is_doubling,
            (max_millis, timeout_millis),
            has_fatal_type,
            has_predicate,
        )| {
            Retry {
                max_attempts,
                first_millis,
                is_doubling,
                max_millis,
                timeout_millis,
                has_fatal_type,
                has_predicate,
            }
        },
    )
}
