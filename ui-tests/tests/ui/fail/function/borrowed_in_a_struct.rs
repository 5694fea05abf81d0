use dacapo::prelude::*;

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

#[activity]
async fn notify(message: Message<'_>) -> usize { // ERROR
    message.text.len()
}

fn main() {}
