//! Recorded histories: asserted, written, read and replayed.

use dacapo::assert_history;
use dacapo::client::RecordedHistory;
use dacapo::testing::TestEnv;

use crate::programs::{APPROVAL, approved, deliver, order, pack, pay};
use crate::stopped;

async fn ordered() -> RecordedHistory {
    let env = TestEnv::new();
    env.mock(pack, |_, pieces| async move { Ok(pieces) });
    env.mock(deliver, |address| async move { Ok(address) });
    let run = env.schedule(order("cars".into()).id("order-1")).await.unwrap();
    run.result().await.unwrap();
    run.history().await.unwrap()
}

#[tokio::test]
async fn a_history_reads_line_by_line() {
    assert_history!(
        ordered().await,
        [
            r#"workflow `order` started: "cars""#,
            r#"activity `pack` scheduled: ["cars",2]"#,
            "activity `pack` completed: 2",
            r#"child workflow `deliver` created as `order-1:0001`: "2 pieces""#,
            r#"child workflow `deliver` completed: "2 pieces""#,
            r#"ended as COMPLETED: "2 pieces""#,
        ]
    );
    assert_history!(
        ordered().await,
        ["workflow `order` started..", "..", "child workflow `deliver` completed..", ".."]
    );
}

#[tokio::test]
async fn events_and_timers_read_as_what_they_are() {
    let env = TestEnv::new();
    let run = env.schedule(approved()).await.unwrap();
    run.suspend("lunch").await.unwrap();
    run.resume("").await.unwrap();
    run.raise(APPROVAL, true).await.unwrap();
    run.result().await.unwrap();
    assert_history!(
        run.history().await.unwrap(),
        [
            "workflow `approved` started",
            "waits for event `approval` until 2030-01-02T00:00:00Z",
            "suspended: lunch",
            "resumed",
            "event `approval` arrived: true",
            "ended as COMPLETED: true",
        ]
    );
    let late = env.schedule(approved()).await.unwrap();
    late.result().await.unwrap();
    assert_history!(late.history().await.unwrap(), ["..", "the wait for event `approval` is over", ".."]);
    let retried = env.schedule(pay(13)).await.unwrap();
    retried.result().await.unwrap_err();
    assert_history!(
        retried.history().await.unwrap(),
        [
            "workflow `pay` started: 13",
            "activity `charge` scheduled..",
            "activity `charge` failed: the card was declined for 13",
            "next attempt at 2030-01-02T01:00:00Z",
            "the next attempt begins",
            "..",
            "ended as FAILED: the card was declined for 13",
        ]
    );
}

#[tokio::test]
async fn what_differs_is_shown_side_by_side() {
    let history = ordered().await;
    let text = stopped(async {
        assert_history!(
            history,
            [
                "workflow `order` started..",
                "activity `weigh` scheduled: 1",
                "activity `pack` scheduled..",
                "..",
            ]
        );
    });
    let text = text.await;
    assert!(text.contains("the history of `order-1` is not what was expected"), "{text}");
    let diff = "      workflow `order` started: \"cars\"\n    - activity `weigh` scheduled: 1\n      activity `pack` scheduled: [\"cars\",2]\n";
    assert!(text.contains(diff), "{text}");
}

#[tokio::test]
async fn a_history_survives_its_file_and_is_replayed() {
    let history = ordered().await;
    let read = RecordedHistory::from_json(&history.to_json()).unwrap();
    assert_eq!(read, history);
    let replayed = read.replay().unwrap();
    assert_eq!((replayed.turns, replayed.asks_for), (3, vec![]));
    assert_eq!(read.redacted().replay().unwrap().asks_for, ["end as Completed with result \"***\""; 0]);
}
