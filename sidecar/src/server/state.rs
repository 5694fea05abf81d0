//! State calls, for gRPC and HTTP.
//! See docs/protocol.md, "State API".

use std::sync::Arc;

use axum::http::StatusCode;
use dacapo_proto::dapr::common::v1::StateItem;
use tonic::{Code, Status};

use super::fault::Fault;
use crate::core::{self, Command, Rejection, Reply, StateCommand, StateReply};
use crate::service::Service;

/// What a command is for, as its errors say it.
struct Errand {
    name: &'static str,
    doing: String,
}

pub(super) async fn execute(
    service: &Service,
    app: &Arc<str>,
    command: StateCommand,
) -> Result<StateReply, Fault> {
    let errand = errand(&command);
    match service.call(app, Command::State(command)).await {
        Ok(Reply::State(reply)) => Ok(reply),
        Ok(_) => Err(Fault::failed(errand.name, super::status::unexpected_reply().message())),
        Err(rejection) => Err(fault(&errand, rejection)),
    }
}

fn errand(command: &StateCommand) -> Errand {
    let (name, doing) = match command {
        StateCommand::Get(get) => {
            ("ERR_STATE_GET", format!("fail to get {} from state store {}", get.key, get.store_name))
        }
        StateCommand::GetBulk(get) => {
            ("ERR_STATE_BULK_GET", format!("fail to get values from state store {}", get.store_name))
        }
        StateCommand::Save(save) => {
            ("ERR_STATE_SAVE", format!("failed saving state in state store {}", save.store_name))
        }
        StateCommand::Delete(delete) => {
            ("ERR_STATE_DELETE", format!("failed deleting state with key {}", delete.key))
        }
        StateCommand::DeleteBulk { store, .. } => {
            ("ERR_STATE_DELETE_BULK", format!("failed deleting state in state store {store}"))
        }
        StateCommand::Transaction(_) => {
            ("ERR_STATE_TRANSACTION", "error while executing state transaction".to_owned())
        }
    };
    Errand { name, doing }
}

fn fault(errand: &Errand, rejection: Rejection) -> Fault {
    let Rejection { code, message } = rejection;
    match code {
        core::Code::FailedPrecondition => Fault {
            code: Code::FailedPrecondition,
            ..Fault::failed("ERR_STATE_STORE_NOT_CONFIGURED", message)
        },
        core::Code::InvalidArgument if message.ends_with("is not found") => {
            Fault::bad("ERR_STATE_STORE_NOT_FOUND", message)
        }
        core::Code::InvalidArgument => Fault::malformed(message),
        core::Code::Unimplemented => {
            Fault { code: Code::Unimplemented, ..Fault::bad("ERR_NOT_SUPPORTED_STATE_OPERATION", message) }
        }
        core::Code::Aborted => {
            Fault { name: errand.name, http: StatusCode::CONFLICT, code: Code::Aborted, message }
        }
        core::Code::Unavailable => Fault {
            http: StatusCode::SERVICE_UNAVAILABLE,
            code: Code::Unavailable,
            ..Fault::failed(errand.name, message)
        },
        _ if message.starts_with(&errand.doing) => Fault::failed(errand.name, message),
        _ => Fault::failed(errand.name, format!("{}: {message}", errand.doing)),
    }
}

/// Brings a value that calls itself JSON into the form that HTTP would have stored.
pub(super) fn compact(item: &mut StateItem) -> Result<(), Status> {
    let kind = item.metadata.get("contentType").map(|kind| kind.to_ascii_lowercase());
    if !kind.is_some_and(|kind| kind.trim_start().starts_with("application/json")) {
        return Ok(());
    }
    let value: serde_json::Value = serde_json::from_slice(&item.value).map_err(|error| {
        let key = &item.key;
        Status::invalid_argument(format!(
            "the value of key '{key}' says contentType application/json and is no JSON ({error}); send JSON, or \
             leave the contentType out"
        ))
    })?;
    item.value = value.to_string().into_bytes();
    Ok(())
}
