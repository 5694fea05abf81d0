
mod rand {
    pub fn random() -> u64 {
        7
    }
}

#[dacapo::flows]
mod orders {
    use dacapo::prelude::*;

    use crate::rand::random as draw;

    #[workflow]
    pub(crate) async fn order(count: u64) -> u64 {
        count * draw() + helped() // ERROR
    }

    fn helped() -> u64 {
        draw() // ERROR
    }
}

fn main() {}
