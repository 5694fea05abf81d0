#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

type Text = String;

#[activity]
async fn notify(text: Text) -> usize {
    text.len()
}

fn main() {}
