//! A connection whose other end is gone without a word: nothing is refused and nothing is answered.
#![allow(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, but does not see that their helpers are tests too"
)]

#[path = "support/fake.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared with the tests of worker and client, which use other parts of it"
)]
mod fake;

use dacapo::RuntimeError;
use dacapo::prelude::*;
use dacapo_proto::pb::OrchestrationStatus as Wire;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

use fake::{Fake, Script};

#[workflow]
async fn fulfil(quantity: u32) -> Result<u32> {
    Ok(quantity)
}

/// An address that holds the first connection without a word and passes the later ones on.
async fn silent_at_first(fake: &Fake) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let target = fake.address.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        let (_silent, _) = listener.accept().await.unwrap();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut onward = TcpStream::connect(&target).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut stream, &mut onward).await });
        }
    });
    address
}

#[tokio::test]
async fn waiting_goes_on_over_a_new_connection_when_the_old_one_is_dead() {
    let script = Script::default().state("a", Wire::Completed, |state| state.output = Some("10".to_owned()));
    let fake = Fake::start(script).await;
    let dapr = Connection::to(silent_at_first(&fake).await).unwrap();
    let run = Client::new(&dapr).deadline(Duration::from_millis(50)).run(fulfil, "a");
    assert_eq!(run.result_within(Duration::from_secs(10)).await.unwrap(), 10);
}

#[tokio::test]
async fn the_call_after_one_without_an_answer_makes_a_new_connection() {
    let fake = Fake::start(Script::default().state("a", Wire::Running, |_| ())).await;
    let dapr = Connection::to(silent_at_first(&fake).await).unwrap();
    let (short, long) = (Duration::from_millis(50), Duration::from_secs(10));
    let silence = Client::new(&dapr).deadline(short).instance("a").get().await;
    assert!(matches!(silence, Err(RuntimeError::TimedOut { .. })), "{silence:?}");
    assert_eq!(Client::new(&dapr).deadline(long).instance("a").get().await.unwrap().name, "");
}
