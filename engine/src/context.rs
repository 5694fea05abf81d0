//! What the code of a workflow can ask of the engine.

/// What the code of a workflow can ask of the engine.
#[derive(Clone, Debug)]
pub struct Context {}
