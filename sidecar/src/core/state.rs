//! State stores: keys and values, with etags and expiry.
//! See docs/protocol.md, "State API".

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use dacapo_proto::dapr::common::v1::state_options::StateConcurrency;
use dacapo_proto::dapr::common::v1::{Etag, StateItem};
use dacapo_proto::dapr::runtime::v1 as dapr;

use super::rejection::{Code, Failure};
use super::{Core, Rejection, StateCommand, StateReply};
use crate::store::{StateKey, StateValue};

/// How an etag that does not fit is reported.
#[derive(Clone, Copy)]
enum Operation {
    Save,
    Delete,
}

/// One change, checked.
struct Change {
    key: StateKey,
    operation: Operation,
    etag: Option<String>,
    insert_only: bool,
    data: Bytes,
    ttl: Option<Duration>,
}

impl Core {
    pub(super) fn state_command(&mut self, app: &str, command: StateCommand) -> Result<StateReply, Failure> {
        match command {
            StateCommand::Get(request) => self.get_value(app, request),
            StateCommand::GetBulk(request) => self.get_values(app, request),
            StateCommand::Save(request) => {
                self.check_store(&request.store_name)?;
                for item in request.states {
                    if item.key.is_empty() {
                        return Err(Rejection::invalid("state key cannot be empty").into());
                    }
                    self.change(upsert(app, &request.store_name, item)?)?;
                }
                Ok(StateReply::Done)
            }
            StateCommand::Delete(request) => {
                self.check_store(&request.store_name)?;
                let dapr::DeleteStateRequest { store_name, key, etag, options, metadata } = request;
                let item = StateItem { key, value: Vec::new(), etag, metadata, options };
                self.change(delete(app, &store_name, item)?)?;
                Ok(StateReply::Done)
            }
            StateCommand::DeleteBulk { store, states } => {
                self.check_store(&store)?;
                for item in states {
                    self.change(delete(app, &store, item)?)?;
                }
                Ok(StateReply::Done)
            }
            StateCommand::Transaction(request) => self.transaction(app, request),
        }
    }

    fn get_value(&mut self, app: &str, request: dapr::GetStateRequest) -> Result<StateReply, Failure> {
        self.check_store(&request.store_name)?;
        let found = self.live_value(&state_key(app, &request.store_name, request.key)?)?;
        let value = found.map_or_else(dapr::GetStateResponse::default, |value| dapr::GetStateResponse {
            data: value.data.into(),
            etag: value.etag,
            ..dapr::GetStateResponse::default()
        });
        Ok(StateReply::Value(value))
    }

    fn get_values(&mut self, app: &str, request: dapr::GetBulkStateRequest) -> Result<StateReply, Failure> {
        self.check_store(&request.store_name)?;
        let mut items = Vec::with_capacity(request.keys.len());
        for key in request.keys {
            let found = self.live_value(&state_key(app, &request.store_name, key.clone())?)?;
            let (data, etag) = found.map(|value| (value.data.into(), value.etag)).unwrap_or_default();
            items.push(dapr::BulkStateItem { key, data, etag, ..dapr::BulkStateItem::default() });
        }
        Ok(StateReply::Values(dapr::GetBulkStateResponse { items }))
    }

    /// Checks every operation against what those before it leave behind, and writes only when all fit.
    fn transaction(
        &mut self,
        app: &str,
        request: dapr::ExecuteStateTransactionRequest,
    ) -> Result<StateReply, Failure> {
        self.check_store(&request.store_name)?;
        let mut changes = Vec::with_capacity(request.operations.len());
        for operation in request.operations {
            let item = operation.request.unwrap_or_default();
            changes.push(match operation.operation_type.as_str() {
                "upsert" => upsert(app, &request.store_name, item)?,
                "delete" => delete(app, &request.store_name, item)?,
                other => {
                    let message = format!("operation type {other} not supported");
                    return Err(Rejection::new(Code::Unimplemented, message).into());
                }
            });
        }
        let mut written = BTreeMap::new();
        for change in changes {
            let current = match written.get(&change.key) {
                Some(earlier) => Option::clone(earlier),
                None => self.live_value(&change.key)?,
            };
            check_etag(&change, current.as_ref()).map_err(|rejection| {
                let message = format!("error while executing state transaction: {}", rejection.message);
                Rejection::new(Code::Internal, message)
            })?;
            let key = change.key.clone();
            written.insert(key, self.changed_value(change));
        }
        for (key, value) in written {
            self.write_value(&key, value)?;
        }
        Ok(StateReply::Done)
    }

    fn change(&mut self, change: Change) -> Result<(), Failure> {
        let current = self.live_value(&change.key)?;
        check_etag(&change, current.as_ref())?;
        let key = change.key.clone();
        let value = self.changed_value(change);
        self.write_value(&key, value)
    }

    fn changed_value(&mut self, change: Change) -> Option<StateValue> {
        match change.operation {
            Operation::Delete => None,
            Operation::Save => Some(StateValue {
                data: change.data,
                etag: self.ids.next(),
                expires: change.ttl.map(|ttl| self.clock.now().saturating_add(ttl)),
            }),
        }
    }

    fn write_value(&mut self, key: &StateKey, value: Option<StateValue>) -> Result<(), Failure> {
        match value {
            Some(value) => self.store.set_value(key, &value)?,
            None => self.store.delete_value(key)?,
        }
        Ok(())
    }

    fn live_value(&mut self, key: &StateKey) -> Result<Option<StateValue>, Failure> {
        let now = self.clock.now();
        Ok(self.store.value(key)?.filter(|value| value.expires.is_none_or(|expires| expires > now)))
    }

    fn check_store(&self, name: &str) -> Result<(), Failure> {
        if self.config.state_stores.is_empty() {
            let message = format!("state store {name} is not configured");
            return Err(Rejection::new(Code::FailedPrecondition, message).into());
        }
        if !self.config.state_stores.iter().any(|store| store == name) {
            return Err(Rejection::invalid(format!("state store {name} is not found")).into());
        }
        Ok(())
    }
}

fn upsert(app: &str, store: &str, item: StateItem) -> Result<Change, Failure> {
    let key = state_key(app, store, item.key)?;
    let etag = named_etag(item.etag);
    let first_write =
        item.options.is_some_and(|options| options.concurrency() == StateConcurrency::ConcurrencyFirstWrite);
    Ok(Change {
        key,
        operation: Operation::Save,
        insert_only: first_write && etag.is_none(),
        etag,
        data: item.value.into(),
        ttl: ttl(item.metadata.get("ttlInSeconds"))?,
    })
}

fn delete(app: &str, store: &str, item: StateItem) -> Result<Change, Failure> {
    Ok(Change {
        key: state_key(app, store, item.key)?,
        operation: Operation::Delete,
        insert_only: false,
        etag: named_etag(item.etag),
        data: Bytes::new(),
        ttl: None,
    })
}

fn state_key(app: &str, store: &str, key: String) -> Result<StateKey, Failure> {
    if key.contains("||") {
        let message = format!("input key/keyPrefix '{key}' can't contain '||'");
        return Err(Rejection::invalid(message).into());
    }
    Ok(StateKey { app: app.into(), store: store.into(), key })
}

/// An empty etag is none.
fn named_etag(etag: Option<Etag>) -> Option<String> {
    etag.map(|etag| etag.value).filter(|value| !value.is_empty())
}

fn ttl(seconds: Option<&String>) -> Result<Option<Duration>, Failure> {
    let Some(text) = seconds else { return Ok(None) };
    match text.parse::<i64>() {
        Ok(seconds) => {
            Ok(u64::try_from(seconds).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs))
        }
        Err(_) => Err(Rejection::invalid(format!("ttlInSeconds '{text}' is not a whole number")).into()),
    }
}

fn check_etag(change: &Change, current: Option<&StateValue>) -> Result<(), Rejection> {
    let fits = match &change.etag {
        Some(etag) => current.is_some_and(|value| value.etag == *etag),
        None => !change.insert_only || current.is_none(),
    };
    if fits {
        return Ok(());
    }
    let StateKey { store, key, .. } = &change.key;
    let operation = match change.operation {
        Operation::Save => format!("failed saving state in state store {store}"),
        Operation::Delete => format!("failed deleting state with key {key}"),
    };
    let message = format!("{operation}: possible etag mismatch. error from state store");
    Err(Rejection::new(Code::Aborted, message))
}
