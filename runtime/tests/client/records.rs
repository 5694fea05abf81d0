//! What a sidecar has kept: lists, histories, reruns, and purging it.

use dacapo::RuntimeError;
use dacapo::client::{HistoryEvent, Purge, Rerun};
use dacapo_proto::pb;
use futures_util::TryStreamExt as _;
use pb::history_event::EventType;
use prost::Message as _;
use tonic::Code;

use super::client;
use super::fake::{self, Call, Fake, Reply, Script};

#[tokio::test]
async fn a_purge_counts_and_finds_out_that_nothing_was_there() {
    let mut fake = Fake::start(Script::default().purged(3)).await;
    let instance = client(&fake).instance("order-1");
    assert_eq!(instance.purge(Purge::default().with_children().by_force()).await, Ok(3));
    let Call::Purge(request) = fake.next().await else { panic!("no purge") };
    assert_eq!((request.recursive, request.force), (true, Some(true)));
    fake.change(|script| script.purged = 0);
    assert!(matches!(instance.purge(Purge::default()).await, Err(RuntimeError::NotFound { .. })));
    let Call::Purge(request) = fake.next().await else { panic!("no purge") };
    assert_eq!((request.recursive, request.force), (false, None));
}

#[tokio::test]
async fn an_instance_that_still_runs_is_not_purged() {
    let refusal =
        Reply::Fail(Code::Unknown, "failed to purge workflow state: orchestration has not yet completed");
    let fake = Fake::start(Script::default().reply("PurgeInstances", [refusal])).await;
    let error = client(&fake).instance("order-1").purge(Purge::default()).await.unwrap_err();
    assert_eq!(error, RuntimeError::NotFinished { instance_id: "order-1".to_owned() });
}

#[tokio::test]
async fn all_pages_of_instances_are_listed() {
    let page = |ids: &[&str], token: Option<&str>| pb::ListInstanceIDsResponse {
        instance_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        continuation_token: token.map(str::to_owned),
    };
    let pages = vec![page(&["a", "b"], Some("more")), page(&[], Some("still more")), page(&["c"], None)];
    let mut fake = Fake::start(Script::default().pages(pages)).await;
    let ids: Vec<String> = client(&fake).list().into_stream().try_collect().await.unwrap();
    assert_eq!(ids, ["a", "b", "c"]);
    for token in [None, Some("more"), Some("still more")] {
        let Call::List(request) = fake.next().await else { panic!("no list") };
        assert_eq!((request.continuation_token.as_deref(), request.page_size), (token, Some(1024)));
    }
}

#[tokio::test]
async fn what_an_old_sidecar_does_not_know_is_unsupported() {
    let unknown = Reply::Fail(Code::Unimplemented, "unknown method");
    let script = Script::default()
        .reply("ListInstanceIDs", [unknown.clone()])
        .reply("GetInstanceHistory", [unknown.clone()])
        .reply("RerunWorkflowFromEvent", [unknown]);
    let fake = Fake::start(script).await;
    let instance = client(&fake).instance("order-1");
    assert!(matches!(client(&fake).list().next().await, Err(RuntimeError::Unsupported { .. })));
    assert!(matches!(instance.history().await, Err(RuntimeError::Unsupported { .. })));
    assert!(matches!(instance.rerun_from(0, Rerun::default()).await, Err(RuntimeError::Unsupported { .. })));
}

#[tokio::test]
async fn a_history_reads_in_order() {
    let history = [
        fake::execution_started("order-1", "fulfil", Some("1")),
        fake::event(
            0,
            EventType::TaskScheduled(pb::TaskScheduledEvent { name: "pay".to_owned(), ..Default::default() }),
        ),
    ];
    let history = history.iter().map(|event| event.encode_to_vec().into()).collect();
    let fake = Fake::start(Script::default().history(history)).await;
    let entries = client(&fake).instance("order-1").history().await.unwrap();
    assert!(matches!(&entries[0].event, HistoryEvent::Started { name, .. } if name == "fulfil"));
    assert_eq!((entries[0].id, entries[1].id), (None, Some(0)));
    assert!(entries[1].to_string().ends_with("activity `pay` scheduled"));
}

#[tokio::test]
async fn a_rerun_names_its_event_and_what_changes() {
    let mut fake = Fake::start(Script::default()).await;
    let instance = client(&fake).instance("order-1");
    let again = instance.rerun_from(3, Rerun::default().id("order-2").input(5)).await.unwrap();
    assert_eq!(again.id(), "order-2");
    let Call::Rerun(request) = fake.next().await else { panic!("no rerun") };
    assert_eq!(
        (&*request.source_instance_id, request.event_id, request.overwrite_input),
        ("order-1", 3, true)
    );
    assert_eq!(request.input.as_deref(), Some("5"));
    assert_eq!(instance.rerun_from(3, Rerun::default()).await.unwrap().id(), "made-up");
    let Call::Rerun(request) = fake.next().await else { panic!("no rerun") };
    assert!(!request.overwrite_input && request.new_instance_id.is_none());
}
