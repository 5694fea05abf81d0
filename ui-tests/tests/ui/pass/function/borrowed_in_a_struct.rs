#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Message {
    text: String,
}

#[activity]
async fn notify(message: Message) -> usize {
    message.text.len()
}

fn main() {}
