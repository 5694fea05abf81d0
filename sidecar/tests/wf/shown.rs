//! What is shown of one instance: as a table, as JSON, live, as a file.

use std::io::{BufRead as _, BufReader};

use dacapo_proto::HistoryFile;

use crate::common::{child, complete, continue_as_new, event_timer, fail, raise, routed, task, timer};
use crate::stage::Stage;

/// A history with one of almost everything, in whatever order it happens.
async fn order(stage: &mut Stage) {
    let far = 4_000_000_000;
    let actions = vec![task(0, "pay"), event_timer(1, "approval", far), timer(2, 0), child(3, "pack", "p")];
    stage.begin("order-1", actions).await;
    stage.hub.raise_event(raise("order-1", "approval", "true")).await.unwrap();
    let mut open = 4;
    while open > 0 {
        open -= stage
            .serve("\"paid\"", |turn| {
                if turn.instance_id == "p" {
                    return (0, vec![fail(0, "no boxes")]);
                }
                let resolved = turn.new_events.len() - 1;
                (resolved, if resolved == open { vec![complete(4, "\"shipped\"")] } else { vec![] })
            })
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_told_event_by_event() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![routed("bank", task(0, "away")), task(1, "pay"), child(2, "pack", "p")]).await;
    while stage.serve("1", |turn| (usize::from(turn.instance_id == "a"), vec![])).await == 0 {}
    let table = stage.ok(&["show", "a"]).await;
    for expected in [
        "instance       a\n",
        "workflow       order\n",
        "status         RUNNING\n",
        "custom status  \"busy\"\n",
        "WorkflowStarted                 turn 1\n",
        "ExecutionStarted                order \"in\"\n",
        "TaskScheduled                   pay \"1\"\n",
        "TaskScheduled                   away in app 'bank' \"0\"\n",
        "ChildCreated                    pack as 'p' \"child\"\n",
        "away (of 0) CrossAppUnsupported: ",
    ] {
        assert!(table.contains(expected), "{expected:?} is not in\n{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_took_how_long_stands_beside_its_end() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![task(0, "pay")]).await;
    stage.activity("\"paid\"").await;
    stage.turn(vec![complete(1, "\"ok\"")]).await;
    let table = stage.ok(&["show", "a"]).await;
    let line = |kind: &str| {
        let line = table.lines().find(|line| line.contains(kind)).unwrap();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let done = line("TaskCompleted");
    assert!(done[4].ends_with('s'), "{done:?}");
    assert_eq!(done[5..], ["pay", "(of", "0)", "\"paid\""]);
    let ended = line("ExecutionCompleted");
    assert!(ended[4].ends_with('s'), "{ended:?}");
    assert_eq!(ended[5..], ["COMPLETED", "\"ok\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn payloads_cannot_move_the_cursor() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![fail(0, "no\u{1b}[2J boxes")]).await;
    let table = stage.ok(&["show", "a"]).await;
    assert!(table.contains("FAILED TestError: no\\u{1b}[2J boxes"), "{table}");
    assert!(!table.contains('\u{1b}'), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_is_one_json_object_with_its_history() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![complete(0, "\"ok\"")]).await;
    let shown = stage.json(&["show", "a"]).await;
    let state = &shown[0];
    let facts =
        ["instanceId", "name", "status", "input", "output", "customStatus"].map(|name| state[name].as_str());
    assert_eq!(facts.map(Option::unwrap), ["a", "order", "COMPLETED", "\"in\"", "\"ok\"", "\"busy\""]);
    assert_eq!(state["history"]["events"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exported_history_is_a_file_for_replays() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![task(0, "pay"), complete(1, "{\"card\":\"janes-own-card\"}")]).await;
    let file = HistoryFile::from_json(&stage.ok(&["export", "a"]).await).unwrap();
    assert_eq!((file.instance_id.as_str(), file.workflow(), file.events.len()), ("a", Some("order"), 4));
    let redacted = stage.ok(&["export", "a", "--redact"]).await;
    assert!(!redacted.contains("janes-own-card"), "{redacted}");
    assert_eq!(HistoryFile::from_json(&redacted).unwrap().events.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_prints_events_as_they_come_until_the_end() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![task(0, "pay")]).await;
    let mut watching = stage.command(&["watch", "a", "--interval", "10ms"]).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let mut until = |text: &str| lines.by_ref().map(Result::unwrap).find(|line| line.contains(text)).unwrap();
    until("TaskScheduled");
    stage.activity("1").await;
    stage.turn(vec![continue_as_new(1, "2", vec![])]).await;
    stage.turn(vec![task(0, "again")]).await;
    until("a new execution");
    until("again");
    stage.activity("1").await;
    stage.turn(vec![complete(1, "\"ok\"")]).await;
    until("COMPLETED \"ok\"");
    assert!(watching.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_can_print_json() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![complete(0, "\"ok\"")]).await;
    let events = stage.json(&["watch", "a"]).await;
    assert_eq!(events[2]["executionCompleted"]["result"], "\"ok\"", "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_event_has_words() {
    let mut stage = Stage::new().await;
    order(&mut stage).await;
    let table = stage.ok(&["show", "order-1"]).await;
    for expected in [
        "waits for 'approval' until 2096-",
        "EventRaised",
        "'approval' true",
        "TimerFired",
        "timer (of 2)",
        "ChildFailed",
    ] {
        assert!(table.contains(expected), "{expected:?} is not in\n{table}");
    }
}
