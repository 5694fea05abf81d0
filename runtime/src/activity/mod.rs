//! What an activity sees of its surroundings.

mod context;
mod state;

pub use context::ActivityContext;
pub use state::State;
pub(crate) use {context::ActivityInfo, state::StateMap};
