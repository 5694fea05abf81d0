//! Recorded histories against today's code.

use dacapo::client::RecordedHistory;
use dacapo::replay;
use dacapo::testing::TestEnv;

use crate::programs::{deliver, order, pack};
use crate::stopped;

async fn ordered() -> String {
    let env = TestEnv::new();
    env.mock(pack, |_, pieces| async move { Ok(pieces) });
    env.mock(deliver, |address| async move { Ok(address) });
    let run = env.schedule(order("cars".into()).id("order-1")).await.unwrap();
    run.result().await.unwrap();
    run.history().await.unwrap().to_json()
}

/// Why today's code cannot go on with a history.
#[track_caller]
fn broken(text: &str) -> String {
    RecordedHistory::from_json(text).unwrap().replay().unwrap_err().to_string()
}

/// The line of the workflow `order` that contains `code`.
fn line(code: &str) -> usize {
    let source = include_str!("programs.rs");
    1 + source.lines().position(|line| line.contains(code)).unwrap()
}

#[tokio::test]
async fn a_step_that_is_another_now_is_shown_beside_what_was_recorded() {
    let text = broken(&ordered().await.replace(r#""name":"pack""#, r#""name":"weigh""#));
    let line = line("pack(item, 2).await");
    let expected = format!(
        "instance `order-1` of workflow `order` cannot go on with this code (event 2 of its history)
  history and code disagree: history recorded activity `weigh` (id 0), but the code has activity `pack` (id 0); deploy the code that wrote this history, or guard the change with a patch
  the code asks for it at runtime/tests/testing/programs.rs:{line}
  steps (`-` recorded, `+` asked for by this code)
    -   0 activity `weigh`
    +   0 activity `pack`"
    );
    assert_eq!(text, expected);
}

#[tokio::test]
async fn a_step_that_is_new_in_the_middle_is_shown_where_it_stands() {
    let recorded = ordered().await;
    let child = recorded.lines().find(|line| line.contains("childWorkflowInstanceCreated")).unwrap();
    let text = broken(&recorded.replace(
        child,
        r#"    {"eventId":1,"timerCreated":{"fireAt":"2030-01-01T00:00:01Z","createTimer":{}}},"#,
    ));
    assert!(text.contains("cannot go on with this code (event 5 of its history)"), "{text}");
    assert!(
        text.ends_with("      0 activity `pack`\n    -   1 timer\n    +   1 child workflow `deliver`"),
        "{text}"
    );
}

#[tokio::test]
async fn a_result_that_today_s_types_cannot_read_is_named() {
    let text = broken(&ordered().await.replace(r#""result":"2""#, r#""result":"\"two\"""#));
    assert!(
        text.contains(
            "the recorded result of `pack` cannot be decoded: invalid type: string \"two\", expected u32"
        ),
        "{text}"
    );
}

#[tokio::test]
async fn a_workflow_that_is_gone_is_named() {
    let text = broken(&ordered().await.replace(r#""name":"order""#, r#""name":"old_order""#));
    assert!(text.contains("workflow `old_order` is not registered"), "{text}");
}

#[tokio::test]
async fn the_beginning_of_a_history_is_a_running_instance_and_can_go_on() {
    let recorded = ordered().await;
    let lines: Vec<_> = recorded.lines().collect();
    let begun = format!("{}\n]}}", lines[..7].join("\n").trim_end_matches(','));
    let replayed = RecordedHistory::from_json(&begun).unwrap().replay().unwrap();
    assert_eq!((replayed.turns, replayed.asks_for.len()), (1, 0));
}

#[tokio::test]
async fn what_today_s_code_does_after_the_end_is_no_break_but_known() {
    let recorded = ordered().await;
    let replayed = |text: &str| RecordedHistory::from_json(text).unwrap().replay().unwrap();
    assert_eq!(replayed(&recorded).asks_for, [""; 0]);
    let other_end = recorded.replace(
        r#""workflowStatus":"ORCHESTRATION_STATUS_COMPLETED","result":"\"2 pieces\"""#,
        r#""workflowStatus":"ORCHESTRATION_STATUS_COMPLETED","result":"\"3 pieces\"""#,
    );
    assert_ne!(other_end, recorded);
    assert_eq!(replayed(&other_end).asks_for, ["end as Completed with result \"2 pieces\""]);
}

#[tokio::test]
async fn files_are_replayed_by_pattern_and_named_when_they_cannot_be() {
    replay!("tests/testing/histories/order*.json");
    replay!("tests/testing/histories/order_begun.json");
    let text = stopped(async { replay!("tests/testing/histories/*.json") }).await;
    assert!(text.starts_with("2 of 4 histories cannot be replayed\n"), "{text}");
    assert!(text.contains("tests/testing/histories/broken.json: this is no history: "), "{text}");
    assert!(
        text.contains(
            "tests/testing/histories/weighed.json: instance `order-1` of workflow `order` cannot go on"
        ),
        "{text}"
    );
    let text = stopped(async { replay!("tests/testing/histories/nothing*.json") }).await;
    assert!(text.contains("no file fits `tests/testing/histories/nothing*.json`"), "{text}");
}

/// `DACAPO_RECORD=1 cargo test -p dacapo --features testing --test testing` writes the files that are replayed above.
#[tokio::test]
async fn the_files_are_what_a_test_records() {
    let recorded = ordered().await;
    let lines: Vec<_> = recorded.lines().collect();
    let begun = format!("{}\n  ]\n}}\n", lines[..7].join("\n").trim_end_matches(','));
    let files = [
        ("order", recorded.clone()),
        ("order_begun", begun),
        ("weighed", recorded.replace(r#""name":"pack""#, r#""name":"weigh""#)),
        ("broken", "{}\n".to_owned()),
    ];
    for (name, text) in files {
        let path = format!("tests/testing/histories/{name}.json");
        if std::env::var_os("DACAPO_RECORD").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{name}");
    }
}
