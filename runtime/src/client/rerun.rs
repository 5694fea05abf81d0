//! Running an instance again from the middle of its history.

use dacapo_proto::pb;
use serde::Serialize;

use super::instance::{Instance, check_id};
use crate::payload;
use crate::runtime_error::RuntimeError;

/// How [`Instance::rerun_from`] makes the new instance: by default with a random id and the recorded input.
#[derive(Clone, Debug, Default)]
pub struct Rerun {
    id: Option<String>,
    child_id: Option<String>,
    input: Option<Result<Option<String>, String>>,
}

impl Rerun {
    /// The id of the new instance.
    #[must_use]
    pub fn id(mut self, instance_id: impl Into<String>) -> Self {
        self.id = Some(instance_id.into());
        self
    }

    /// The id of the child, when the event is the start of one.
    #[must_use]
    pub fn child_id(mut self, instance_id: impl Into<String>) -> Self {
        self.child_id = Some(instance_id.into());
        self
    }

    /// Another input for the activity or child that the event started.
    #[must_use]
    pub fn input(mut self, input: impl Serialize) -> Self {
        self.input = Some(payload::encode_result(&input).map_err(|error| error.to_string()));
        self
    }

    pub(super) fn into_message(
        self,
        source: &Instance,
        event_id: u32,
    ) -> Result<pb::RerunWorkflowFromEventRequest, RuntimeError> {
        for id in self.id.iter().chain(&self.child_id) {
            check_id(id)?;
        }
        let overwrite_input = self.input.is_some();
        let input = self.input.transpose().map_err(|reason| RuntimeError::Payload {
            what: format!("the new input of event {event_id} of `{}`", source.id()),
            reason,
        })?;
        Ok(pb::RerunWorkflowFromEventRequest {
            source_instance_id: source.id().to_owned(),
            event_id,
            new_instance_id: self.id,
            input: input.flatten(),
            overwrite_input,
            new_child_workflow_instance_id: self.child_id,
            router: source.router(),
        })
    }
}
