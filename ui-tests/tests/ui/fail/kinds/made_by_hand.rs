use dacapo::prelude::*;

struct Mine;

impl Named<()> for Mine { // ERROR
    fn name(&self) -> &'static str {
        "mine"
    }
}

fn main() {}
