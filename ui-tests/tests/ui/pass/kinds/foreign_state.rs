#![deny(warnings)]
#![allow(dead_code)]

mod game {
    use dacapo::prelude::*;

    #[derive(Serialize, Deserialize)]
    pub(super) struct State<T>(pub(super) T);
}

use game::State as GameState;

#[dacapo::activity]
async fn play(state: GameState<u64>) -> u64 {
    state.0
}

fn main() {}
