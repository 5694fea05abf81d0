use dacapo::prelude::*;

#[durable]
async fn settle() {
    std::future::pending::<()>().await; // ERROR
}

fn main() {}
