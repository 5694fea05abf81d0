//! Starting, raising, suspending, resuming, terminating and running again.

use crate::common::{child, complete, task, words};
use crate::stage::{Stage, finish};

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_is_started_and_told_what_happens() {
    let mut stage = Stage::new().await;
    assert_eq!(
        stage.ok(&["run", "order", "--id", "a", "--input", "{\"n\": 1}", "--in", "0s"]).await,
        "a: started\n"
    );
    let raised = stage.ok(&["raise", "a", "approval", "--input", "true"]).await;
    assert_eq!(raised, "a: event raised\n");
    let turn = stage.turn(vec![]).await;
    // The first turn is given out as soon as there is one, the event comes with it or after it.
    let mut seen = words(&turn.new_events)[1..].to_vec();
    if seen.len() == 1 {
        seen.extend_from_slice(&words(&stage.turn(vec![]).await.new_events)[1..]);
    }
    assert_eq!(seen, ["start {\"n\": 1}", "raised approval true"]);

    let suspending = tokio::spawn(finish(stage.command(&["suspend", "a", "--reason", "pause"])));
    stage.turn(vec![]).await;
    assert_eq!(suspending.await.unwrap().stdout, b"a: suspended\n");
    let resuming = tokio::spawn(finish(stage.command(&["resume", "a"])));
    stage.turn(vec![]).await;
    assert_eq!(resuming.await.unwrap().stdout, b"a: resumed\n");
    let ending = tokio::spawn(finish(stage.command(&["terminate", "a", "--result", "\"enough\""])));
    stage.turn(vec![]).await;
    assert_eq!(ending.await.unwrap().stdout, b"a: terminated\n");
    let shown = stage.json(&["show", "a"]).await;
    assert_eq!((&shown[0]["status"], &shown[0]["output"]), (&"TERMINATED".into(), &"\"enough\"".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_instance_is_run_again_from_an_event() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![task(0, "pay"), child(1, "pack", "p"), complete(2, "1")]).await;
    let arguments = ["rerun", "a", "--event", "0", "--new-instance-id", "b", "--input", "7"];
    let done = stage.json(&arguments).await;
    assert_eq!(done, [serde_json::json!({ "instanceId": "b", "done": "started" })]);
    let history = &stage.json(&["show", "b"]).await[0]["history"]["events"];
    let scheduled = history.as_array().unwrap().iter().find_map(|event| event.get("taskScheduled")).unwrap();
    assert_eq!(scheduled["input"], "7");
    assert_eq!(
        stage.ok(&["rerun", "a", "-e", "1", "--new-instance-id", "c", "--new-child-id", "q"]).await,
        "c: started\n"
    );
    assert!(stage.ok(&["list", "--ids"]).await.lines().any(|id| id == "q"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_that_is_not_json_is_refused_unless_it_is_meant() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![]).await;
    let complaint = stage.fails(&["raise", "a", "e", "--input", "yes \"now\""]).await;
    assert!(complaint.contains("'\"yes \\\"now\\\"\"'") && complaint.contains("--raw"), "{complaint}");
    stage.ok(&["raise", "a", "e", "--input", "yes", "--raw"]).await;
    assert_eq!(words(&stage.turn(vec![]).await.new_events), ["turn", "raised e yes"]);
}
