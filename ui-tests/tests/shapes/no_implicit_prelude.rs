//! Generated code needs no prelude.
#![deny(warnings)]
#![no_implicit_prelude]

#[::dacapo::activity(retry(max_attempts = 3, backoff = 2.0))]
async fn charge(state: ::dacapo::State<u8>, amount: u64) -> ::std::result::Result<u64, ::dacapo::Error> {
    ::std::result::Result::Ok(amount + ::std::convert::Into::<u64>::into(*state))
}

#[::dacapo::activity(app = "elsewhere")]
async fn remote(amount: u64) -> u64;

#[::dacapo::workflow(name = "Order")]
async fn order(amount: u64) -> ::std::result::Result<u64, ::dacapo::Error> {
    settle().await;
    ::std::result::Result::Ok(charge(amount).await? + remote(amount).await?)
}

#[::dacapo::durable]
async fn settle() {}

fn main() {
    let _ = order(1);
}
