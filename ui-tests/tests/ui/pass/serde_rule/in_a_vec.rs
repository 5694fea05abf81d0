#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Line {
    id: u64,
}

#[activity]
async fn count(lines: Vec<Line>) -> usize {
    lines.iter().filter(|line| line.id > 0).count()
}

fn main() {}
