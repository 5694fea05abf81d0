mod game {
    pub struct State<T>(pub T);
}

use game::State;

#[dacapo::activity]
async fn play(state: State<u64>) -> u64 { // ERROR
    state.0
}

fn main() {}
