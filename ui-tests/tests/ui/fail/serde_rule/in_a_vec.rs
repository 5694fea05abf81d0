use dacapo::prelude::*;

struct Line {
    id: u64,
}

#[activity]
async fn count(lines: Vec<Line>) -> usize { // ERROR
    lines.iter().filter(|line| line.id > 0).count()
}

fn main() {}
