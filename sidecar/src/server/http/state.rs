//! State stores over HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use dacapo_proto::dapr::common::v1::state_options::{StateConcurrency, StateConsistency};
use dacapo_proto::dapr::common::v1::{Etag, StateItem, StateOptions};
use dacapo_proto::dapr::runtime::v1 as dapr;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Answer, Parameters, whole};
use crate::core::{StateCommand, StateReply};
use crate::server::apps::App;
use crate::server::dapr::Dapr;
use crate::server::fault::Fault;
use crate::server::state::execute;

type Body = Result<Bytes, BytesRejection>;

pub(super) fn routes() -> Router<Dapr> {
    Router::new()
        .route("/state/{store}", post(save).put(save))
        .route("/state/{store}/bulk", post(read_bulk).put(read_bulk))
        .route("/state/{store}/transaction", post(transaction).put(transaction))
        .route("/state/{store}/{key}", get(read).delete(delete))
}

/// One value to write or delete.
#[derive(Debug, Deserialize)]
struct Item {
    #[serde(default)]
    key: String,
    #[serde(default)]
    value: Value,
    etag: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
    options: Option<Options>,
}

#[derive(Debug, Default, Deserialize)]
struct Options {
    #[serde(default)]
    concurrency: String,
    #[serde(default)]
    consistency: String,
}

#[derive(Debug, Deserialize)]
struct Keys {
    #[serde(default)]
    keys: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Transaction {
    #[serde(default)]
    operations: Vec<Operation>,
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
struct Operation {
    #[serde(default)]
    operation: String,
    request: Item,
}

async fn read(
    State(api): State<Dapr>,
    Extension(App(app)): Extension<App>,
    Path((store_name, key)): Path<(String, String)>,
) -> Answer {
    let request = dapr::GetStateRequest { store_name, key, ..dapr::GetStateRequest::default() };
    let StateReply::Value(value) = execute(&api.service, &app, StateCommand::Get(request)).await? else {
        return Err(unexpected_reply());
    };
    if value.data.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::ETAG, value.etag)];
    Ok((headers, value.data).into_response())
}

async fn save(
    State(api): State<Dapr>,
    Extension(App(app)): Extension<App>,
    Path(store_name): Path<String>,
    Query(query): Query<Parameters>,
    body: Body,
) -> Answer {
    let items: Vec<Item> = parse(&whole(body)?)?;
    let states = items.into_iter().map(|item| state_item(item, &query)).collect::<Result<_, _>>()?;
    write(&api, &app, StateCommand::Save(dapr::SaveStateRequest { store_name, states })).await
}

async fn delete(
    State(api): State<Dapr>,
    Extension(App(app)): Extension<App>,
    Path((store_name, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    let etag = headers.get(header::IF_MATCH).map(|etag| etag.to_str()).transpose();
    let etag = etag.map_err(|_| Fault::malformed("the header If-Match is not plain text"))?;
    let etag = etag.map(|value| Etag { value: value.into() });
    let request = dapr::DeleteStateRequest { store_name, key, etag, ..dapr::DeleteStateRequest::default() };
    write(&api, &app, StateCommand::Delete(request)).await
}

async fn read_bulk(
    State(api): State<Dapr>,
    Extension(App(app)): Extension<App>,
    Path(store_name): Path<String>,
    body: Body,
) -> Answer {
    let Keys { keys } = parse(&whole(body)?)?;
    let request = dapr::GetBulkStateRequest { store_name, keys, ..dapr::GetBulkStateRequest::default() };
    let StateReply::Values(values) = execute(&api.service, &app, StateCommand::GetBulk(request)).await?
    else {
        return Err(unexpected_reply());
    };
    Ok(super::json(&Value::Array(values.items.into_iter().map(bulk_item).collect())))
}

fn bulk_item(item: dapr::BulkStateItem) -> Value {
    let mut shown = Map::new();
    shown.insert("key".into(), item.key.into());
    if !item.data.is_empty() {
        // A value that was saved over gRPC need not be JSON; its text is.
        let data = serde_json::from_slice(&item.data)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&item.data).into_owned()));
        shown.insert("data".into(), data);
    }
    if !item.etag.is_empty() {
        shown.insert("etag".into(), item.etag.into());
    }
    Value::Object(shown)
}

async fn transaction(
    State(api): State<Dapr>,
    Extension(App(app)): Extension<App>,
    Path(store_name): Path<String>,
    Query(query): Query<Parameters>,
    body: Body,
) -> Answer {
    let Transaction { operations, metadata } = parse(&whole(body)?)?;
    let operations = operations.into_iter().map(|operation| {
        let request = Some(state_item(operation.request, &query)?);
        Ok(dapr::TransactionalStateOperation { operation_type: operation.operation, request })
    });
    let request = dapr::ExecuteStateTransactionRequest {
        store_name,
        operations: operations.collect::<Result<_, Fault>>()?,
        metadata: metadata.unwrap_or_default(),
    };
    write(&api, &app, StateCommand::Transaction(request)).await
}

async fn write(api: &Dapr, app: &Arc<str>, command: StateCommand) -> Result<Response, Fault> {
    match execute(&api.service, app, command).await? {
        StateReply::Done => Ok(StatusCode::NO_CONTENT.into_response()),
        _ => Err(unexpected_reply()),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body)
        .map_err(|error| Fault::malformed(format!("failed deserializing HTTP body: {error}")))
}

/// An item with the metadata of the query, which yield to its own.
fn state_item(item: Item, query: &Parameters) -> Result<StateItem, Fault> {
    let shared = query.iter().filter_map(|(name, value)| Some((name.strip_prefix("metadata.")?, value)));
    let mut metadata: BTreeMap<String, String> =
        shared.map(|(name, value)| (name.to_owned(), value.clone())).collect();
    metadata.extend(item.metadata.unwrap_or_default());
    Ok(StateItem {
        key: item.key,
        value: item.value.to_string().into_bytes(),
        etag: item.etag.map(|value| Etag { value }),
        metadata,
        options: item.options.map(options).transpose()?,
    })
}

fn options(options: Options) -> Result<StateOptions, Fault> {
    let concurrency = match options.concurrency.as_str() {
        "" => StateConcurrency::ConcurrencyUnspecified,
        "first-write" => StateConcurrency::ConcurrencyFirstWrite,
        "last-write" => StateConcurrency::ConcurrencyLastWrite,
        other => return Err(Fault::malformed(format!("unrecognized concurrency model {other}"))),
    };
    let consistency = match options.consistency.as_str() {
        "" => StateConsistency::ConsistencyUnspecified,
        "eventual" => StateConsistency::ConsistencyEventual,
        "strong" => StateConsistency::ConsistencyStrong,
        other => return Err(Fault::malformed(format!("unrecognized consistency model {other}"))),
    };
    Ok(StateOptions { concurrency: concurrency as i32, consistency: consistency as i32 })
}

fn unexpected_reply() -> Fault {
    Fault::failed("ERR_INTERNAL", crate::server::status::unexpected_reply().message())
}
