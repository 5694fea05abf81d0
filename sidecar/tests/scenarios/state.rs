//! State stores.

use dacapo_proto::dapr::common::v1::{Etag, StateItem, StateOptions, state_options::StateConcurrency};
use dacapo_proto::dapr::runtime::v1 as dapr;
use dacapo_sidecar::core::{Code, Command, Config, Reply, StateCommand, StateReply};
use dacapo_sidecar::store::MemoryStore;

use crate::world::{World, each_store};

const STORE: &str = "statestore";

fn item(key: &str, value: &str) -> StateItem {
    StateItem { key: key.into(), value: value.into(), ..StateItem::default() }
}

fn with_etag(item: StateItem, etag: &str) -> StateItem {
    StateItem { etag: Some(Etag { value: etag.into() }), ..item }
}

fn first_write(item: StateItem) -> StateItem {
    let options =
        StateOptions { concurrency: StateConcurrency::ConcurrencyFirstWrite as i32, consistency: 0 };
    StateItem { options: Some(options), ..item }
}

fn save(items: Vec<StateItem>) -> Command {
    Command::State(StateCommand::Save(dapr::SaveStateRequest { store_name: STORE.into(), states: items }))
}

fn delete(key: &str, etag: Option<&str>) -> Command {
    Command::State(StateCommand::Delete(dapr::DeleteStateRequest {
        store_name: STORE.into(),
        key: key.into(),
        etag: etag.map(|etag| Etag { value: etag.into() }),
        ..dapr::DeleteStateRequest::default()
    }))
}

fn transaction(operations: Vec<(&str, StateItem)>) -> Command {
    let operations = operations.into_iter().map(|(kind, item)| dapr::TransactionalStateOperation {
        operation_type: kind.into(),
        request: Some(item),
    });
    Command::State(StateCommand::Transaction(dapr::ExecuteStateTransactionRequest {
        store_name: STORE.into(),
        operations: operations.collect(),
        ..dapr::ExecuteStateTransactionRequest::default()
    }))
}

fn read_from(store: &str, key: &str) -> Command {
    Command::State(StateCommand::Get(dapr::GetStateRequest {
        store_name: store.into(),
        key: key.into(),
        ..dapr::GetStateRequest::default()
    }))
}

/// The value of a key and its etag.
fn read(world: &mut World, key: &str) -> (String, String) {
    match world.call(read_from(STORE, key)) {
        Ok(Reply::State(StateReply::Value(value))) => (String::from_utf8(value.data).unwrap(), value.etag),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn value(world: &mut World, key: &str) -> String {
    read(world, key).0
}

#[test]
fn a_missing_key_is_empty() {
    each_store(|world| {
        assert_eq!(read(world, "k"), (String::new(), String::new()));
        world.call(delete("k", None)).unwrap();
    });
}

#[test]
fn every_write_gives_a_new_etag_and_the_last_one_wins() {
    each_store(|world| {
        world.call(save(vec![item("k", "1")])).unwrap();
        let (_, first) = read(world, "k");
        world.call(save(vec![with_etag(item("k", "2"), "")])).unwrap();
        let (data, second) = read(world, "k");
        assert_eq!(data, "2");
        assert_ne!(first, second);
        world.call(save(vec![with_etag(item("k", "3"), &second)])).unwrap();
        let (code, _) = world.refused(save(vec![with_etag(item("k", "4"), &second)]));
        assert_eq!(code, Code::Aborted);
        assert_eq!(world.refused(save(vec![with_etag(item("missing", "4"), "e")])).0, Code::Aborted);
        assert_eq!(value(world, "k"), "3");
    });
}

#[test]
fn a_first_write_only_inserts() {
    each_store(|world| {
        world.call(save(vec![first_write(item("k", "1"))])).unwrap();
        assert_eq!(world.refused(save(vec![first_write(item("k", "2"))])).0, Code::Aborted);
        let (_, etag) = read(world, "k");
        world.call(save(vec![with_etag(first_write(item("k", "3")), &etag)])).unwrap();
        assert_eq!(value(world, "k"), "3");
    });
}

#[test]
fn a_delete_with_an_etag_must_match() {
    each_store(|world| {
        world.call(save(vec![item("k", "1")])).unwrap();
        assert_eq!(world.refused(delete("k", Some("other"))).0, Code::Aborted);
        assert_eq!(world.refused(delete("missing", Some("other"))).0, Code::Aborted);
        let (_, etag) = read(world, "k");
        world.call(delete("k", Some(&etag))).unwrap();
        assert_eq!(value(world, "k"), "");
    });
}

#[test]
fn a_bulk_save_keeps_what_came_before_the_failure() {
    each_store(|world| {
        let items = vec![item("a", "1"), with_etag(item("b", "1"), "no"), item("c", "1")];
        assert_eq!(world.refused(save(items)).0, Code::Aborted);
        assert_eq!((value(world, "a"), value(world, "c")), ("1".into(), String::new()));
        let states = vec![item("a", ""), item("c", "")];
        let bulk = StateCommand::DeleteBulk { store: STORE.into(), states };
        world.call(Command::State(bulk)).unwrap();
        assert_eq!(value(world, "a"), "");
    });
}

#[test]
fn a_transaction_happens_wholly_or_not_at_all() {
    each_store(|world| {
        world.call(save(vec![item("a", "1")])).unwrap();
        let wrong = vec![("delete", item("a", "")), ("upsert", with_etag(item("b", "1"), "no"))];
        let (code, message) = world.refused(transaction(wrong));
        assert_eq!(code, Code::Internal);
        assert!(message.starts_with("error while executing state transaction: "), "{message}");
        assert_eq!(value(world, "a"), "1");

        let unknown = vec![("delete", item("a", "")), ("merge", item("b", "1"))];
        let expected = (Code::Unimplemented, "operation type merge not supported".to_owned());
        assert_eq!(world.refused(transaction(unknown)), expected);

        let right = vec![
            ("delete", item("a", "")),
            ("upsert", first_write(item("a", "2"))),
            ("upsert", item("b", "3")),
            ("delete", item("b", "")),
        ];
        world.call(transaction(right)).unwrap();
        assert_eq!((value(world, "a"), value(world, "b")), ("2".into(), String::new()));
        world.call(transaction(vec![])).unwrap();
    });
}

#[test]
fn a_bulk_read_answers_every_key() {
    each_store(|world| {
        world.call(save(vec![item("a", "1")])).unwrap();
        let request = dapr::GetBulkStateRequest {
            store_name: STORE.into(),
            keys: vec!["a".into(), "b".into()],
            ..dapr::GetBulkStateRequest::default()
        };
        let reply = world.call(Command::State(StateCommand::GetBulk(request)));
        let Ok(Reply::State(StateReply::Values(values))) = reply else { panic!("{reply:?}") };
        let found: Vec<_> = values
            .items
            .iter()
            .map(|item| (item.key.as_str(), item.data.as_slice(), item.etag.is_empty()))
            .collect();
        assert_eq!(found, [("a", b"1".as_slice(), false), ("b", b"".as_slice(), true)]);
    });
}

#[test]
fn a_value_expires() {
    each_store(|world| {
        let ttl = |seconds: &str| [("ttlInSeconds".to_owned(), seconds.to_owned())].into();
        let items = vec![
            StateItem { metadata: ttl("60"), ..item("k", "1") },
            StateItem { metadata: ttl("-1"), ..item("for ever", "1") },
        ];
        world.call(save(items)).unwrap();
        world.advance(59);
        assert_eq!(value(world, "k"), "1");
        world.advance(1);
        assert_eq!(value(world, "k"), "");
        world.call(save(vec![first_write(item("k", "2"))])).unwrap();
        assert_eq!((value(world, "k"), value(world, "for ever")), ("2".into(), "1".into()));
        let wrong = vec![StateItem { metadata: ttl("soon"), ..item("k", "1") }];
        assert_eq!(world.refused(save(wrong)).0, Code::InvalidArgument);
    });
}

#[test]
fn stores_and_keys_are_checked() {
    each_store(|world| {
        let expected = (Code::InvalidArgument, "state store redis is not found".to_owned());
        assert_eq!(world.refused(read_from("redis", "k")), expected);
        let message = "input key/keyPrefix 'a||b' can't contain '||'";
        assert_eq!(world.refused(read_from(STORE, "a||b")), (Code::InvalidArgument, message.into()));
        let expected = (Code::InvalidArgument, "state key cannot be empty".to_owned());
        assert_eq!(world.refused(save(vec![item("", "1")])), expected);
        world.call(save(vec![])).unwrap();
    });
}

#[test]
fn without_a_state_store_every_call_says_so() {
    let mut config = Config::default();
    config.state_stores.clear();
    let mut world = World::with_store(Box::new(MemoryStore::new()), config);
    let expected = (Code::FailedPrecondition, "state store statestore is not configured".to_owned());
    assert_eq!(world.refused(read_from(STORE, "k")), expected);
}
