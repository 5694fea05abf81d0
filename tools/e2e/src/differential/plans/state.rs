//! State over gRPC.

use dacapo_proto::dapr::common::v1::state_options::{StateConcurrency, StateConsistency};
use dacapo_proto::dapr::common::v1::{Etag, StateItem, StateOptions};
use dacapo_proto::dapr::runtime::v1 as dapr;

use crate::differential::caller::ETAG;
use crate::differential::script::{Plan, Script};
use crate::differential::step::Request;

const STORE: &str = "statestore";

fn item(key: &str, value: &str) -> StateItem {
    StateItem { key: key.to_owned(), value: value.as_bytes().to_vec(), ..StateItem::default() }
}

fn with_etag(etag: &str, item: StateItem) -> StateItem {
    StateItem { etag: Some(Etag { value: etag.to_owned() }), ..item }
}

fn first_write(item: StateItem) -> StateItem {
    let options = StateOptions {
        concurrency: StateConcurrency::ConcurrencyFirstWrite as i32,
        consistency: StateConsistency::ConsistencyStrong as i32,
    };
    StateItem { options: Some(options), ..item }
}

fn save(store: &str, states: Vec<StateItem>) -> Request {
    Request::SaveState(dapr::SaveStateRequest { store_name: store.to_owned(), states })
}

fn read(store: &str, key: &str) -> Request {
    Request::GetState(dapr::GetStateRequest {
        store_name: store.to_owned(),
        key: key.to_owned(),
        ..dapr::GetStateRequest::default()
    })
}

fn delete(key: &str, etag: Option<&str>) -> Request {
    let etag = etag.map(|value| Etag { value: value.to_owned() });
    Request::DeleteState(dapr::DeleteStateRequest {
        store_name: STORE.to_owned(),
        key: key.to_owned(),
        etag,
        ..dapr::DeleteStateRequest::default()
    })
}

fn bulk(keys: &[&str]) -> Request {
    Request::GetBulkState(dapr::GetBulkStateRequest {
        store_name: STORE.to_owned(),
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        ..dapr::GetBulkStateRequest::default()
    })
}

fn transaction(operations: &[(&str, StateItem)]) -> Request {
    let operation = |(kind, item): &(&str, StateItem)| dapr::TransactionalStateOperation {
        operation_type: (*kind).to_owned(),
        request: Some(item.clone()),
    };
    Request::Transaction(dapr::ExecuteStateTransactionRequest {
        store_name: STORE.to_owned(),
        operations: operations.iter().map(operation).collect(),
        ..dapr::ExecuteStateTransactionRequest::default()
    })
}

pub(super) fn plans() -> Vec<Plan> {
    [values(), etags(), refusals()].concat()
}

fn values() -> Vec<Plan> {
    let short = |key: &str, metadata: (&str, &str)| StateItem {
        metadata: [(metadata.0.to_owned(), metadata.1.to_owned())].into(),
        ..item(key, "{\"b\":1}")
    };
    vec![
        Script::new()
            .request(read(STORE, "k"))
            .request(save(STORE, vec![item("k", "1"), item("l", "\u{0}\u{1f980}"), item("m", "")]))
            .request(read(STORE, "k"))
            .request(read(STORE, "l"))
            .request(read(STORE, "m"))
            .request(bulk(&["k", "l", "never"]))
            .request(delete("k", None))
            .request(delete("k", None))
            .request(read(STORE, "k"))
            .daprd_plan("state_is_saved_read_and_deleted"),
        Script::new()
            .request(save(STORE, vec![]))
            .request(bulk(&[]))
            .request(transaction(&[]))
            .daprd_plan("state_requests_that_ask_for_nothing"),
        Script::new()
            .request(save(STORE, vec![short("k", ("contentType", "application/json"))]))
            .request(read(STORE, "k"))
            .request(save(STORE, vec![short("k", ("ttlInSeconds", "1000"))]))
            .request(save(STORE, vec![short("l", ("ttlInSeconds", "0"))]))
            .request(save(STORE, vec![short("m", ("ttlInSeconds", "soon"))]))
            .request(read(STORE, "l"))
            .daprd_plan("state_metadata"),
        Script::new()
            .request(transaction(&[
                ("upsert", item("k", "1")),
                ("delete", item("k", "")),
                ("upsert", item("l", "2")),
            ]))
            .request(bulk(&["k", "l"]))
            .request(transaction(&[("upsert", item("k", "3")), ("upsert", with_etag("7", item("l", "3")))]))
            .request(bulk(&["k", "l"]))
            .daprd_plan("state_transactions"),
    ]
}

fn etags() -> Vec<Plan> {
    vec![
        Script::new()
            .request(save(STORE, vec![item("k", "1")]))
            .request(read(STORE, "k"))
            .request(save(STORE, vec![with_etag(ETAG, item("k", "2"))]))
            .request(save(STORE, vec![with_etag(ETAG, item("k", "3"))]))
            .request(read(STORE, "k"))
            .request(delete("k", Some("2f0a1d0e-ffff-4fff-8fff-ffffffffffff")))
            .request(delete("k", Some(ETAG)))
            .request(read(STORE, "k"))
            .daprd_plan("state_with_etags"),
        Script::new()
            .request(save(STORE, vec![first_write(item("k", "1"))]))
            .request(save(STORE, vec![first_write(item("k", "2"))]))
            .request(read(STORE, "k"))
            .request(save(STORE, vec![with_etag("", item("k", "3"))]))
            .request(read(STORE, "k"))
            .daprd_plan("state_first_write"),
        Script::new()
            .request(save(STORE, vec![with_etag("2f0a1d0e-ffff-4fff-8fff-ffffffffffff", item("k", "1"))]))
            .request(delete("k", Some("2f0a1d0e-ffff-4fff-8fff-ffffffffffff")))
            .request(read(STORE, "k"))
            .daprd_plan("state_etags_of_missing_keys"),
    ]
}

fn refusals() -> Vec<Plan> {
    let other = |request: dapr::DeleteBulkStateRequest| Request::DeleteBulkState(request);
    vec![
        Script::new()
            .request(read("other", "k"))
            .request(save("other", vec![item("k", "1")]))
            .request(read("", "k"))
            .daprd_plan("state_of_an_unknown_store"),
        Script::new()
            .request(read(STORE, "a||b"))
            .request(save(STORE, vec![item("a||b", "1")]))
            .request(save(STORE, vec![item("", "1")]))
            .request(read(STORE, ""))
            .request(delete("", None))
            .daprd_plan("state_keys_that_are_refused"),
        Script::new()
            .request(transaction(&[("merge", item("k", "1"))]))
            .request(other(dapr::DeleteBulkStateRequest {
                store_name: STORE.to_owned(),
                states: vec![item("k", ""), item("l", "")],
            }))
            .request(other(dapr::DeleteBulkStateRequest::default()))
            .daprd_plan("state_operations_that_are_refused"),
    ]
}
