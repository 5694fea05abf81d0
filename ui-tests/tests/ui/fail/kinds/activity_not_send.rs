use dacapo::prelude::*;

#[activity]
async fn count() -> usize { // ERROR
    let shared = std::rc::Rc::new(7);
    tokio::task::yield_now().await;
    *shared
}

fn main() {}
