use dacapo::prelude::*;

type Text = &'static str;

#[activity]
async fn notify(text: Text) -> usize { // ERROR
    text.len()
}

fn main() {}
