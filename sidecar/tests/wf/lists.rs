//! Lists and purges.

use dacapo_proto::pb::OrchestrationStatus;
use serde_json::Value;

use crate::common::{complete, fail, finish as ended};
use crate::stage::Stage;

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["instanceId"].as_str().unwrap()).collect()
}

async fn stage() -> Stage {
    let mut stage = Stage::new().await;
    stage.begin("done", vec![complete(0, "1")]).await;
    stage.begin("failed", vec![fail(0, "no")]).await;
    stage.begin("runs", vec![]).await;
    stage.begin("stopped", vec![ended(0, OrchestrationStatus::Terminated, None)]).await;
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_a_table_with_a_head() {
    let stage = stage().await;
    let table = stage.ok(&["list"]).await;
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["INSTANCE", "WORKFLOW", "STATUS", "CREATED", "AGE"]);
    let rows: Vec<_> = lines[1..].iter().map(|row| (row[0], row[1], row[2])).collect();
    let expected =
        [("done", "COMPLETED"), ("failed", "FAILED"), ("runs", "RUNNING"), ("stopped", "TERMINATED")];
    assert_eq!(rows, expected.map(|(id, status)| (id, "order", status)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_filtered_by_status_name_and_age() {
    let stage = stage().await;
    assert_eq!(ids(&stage.json(&["list", "--status", "failed", "-s", "running"]).await), ["failed", "runs"]);
    assert_eq!(ids(&stage.json(&["list", "--name", "other"]).await), Vec::<&str>::new());
    assert_eq!(stage.json(&["list", "--max-age", "1h"]).await.len(), 4);
    assert_eq!(stage.json(&["list", "--older-than", "1h"]).await.len(), 0);
    assert_eq!(stage.ok(&["list", "--ids", "--status", "failed"]).await, "failed\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_comes_in_pages_and_ends_where_it_is_told() {
    let stage = stage().await;
    assert_eq!(stage.ok(&["list", "--ids", "--page-size", "1"]).await, "done\nfailed\nruns\nstopped\n");
    assert_eq!(ids(&stage.json(&["list", "--page-size", "2"]).await), ["done", "failed", "runs", "stopped"]);
    assert_eq!(
        ids(&stage.json(&["list", "--page-size", "1", "--limit", "3"]).await),
        ["done", "failed", "runs"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_seen_enough_is_no_mistake() {
    let stage = stage().await;
    let mut child = stage.command(&["list", "--ids"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8(output.stderr).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_takes_what_it_is_told_and_names_what_it_could_not() {
    let stage = stage().await;
    assert_eq!(stage.ok(&["purge", "done"]).await, "done: purged\n");
    let complaints = stage.fails(&["purge", "runs", "failed", "nobody"]).await;
    assert!(
        complaints.contains("purging 'runs' failed: ") && complaints.contains("not yet completed"),
        "{complaints}"
    );
    assert!(complaints.contains("'nobody'"), "{complaints}");
    assert!(complaints.ends_with("error: 2 of the instances could not be purged\n"), "{complaints}");
    assert_eq!(stage.ok(&["list", "--ids"]).await, "runs\nstopped\n");
    assert_eq!(stage.ok(&["purge", "runs", "--force"]).await, "runs: purged\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_of_all_leaves_what_has_not_ended() {
    let stage = stage().await;
    assert_eq!(stage.ok(&["purge", "--all", "--status", "failed"]).await, "failed: purged\n");
    assert_eq!(stage.ok(&["purge", "--all", "--older-than", "1h"]).await, "");
    assert_eq!(stage.ok(&["purge", "--all"]).await, "done: purged\nstopped: purged\n");
    assert_eq!(stage.ok(&["list", "--ids"]).await, "runs\n");
}
