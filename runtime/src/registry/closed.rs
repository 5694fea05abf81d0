//! What `registry!` checks while a program is compiled, checked of what a worker was given, when it starts.

use std::collections::BTreeMap;

use super::Registry;
use crate::private::{Callee, Skeleton};
use crate::runtime_error::RuntimeError;

/// Whether everything that closed workflows call is registered, and each event has one payload.
pub(super) fn check(registry: &Registry) -> Result<(), RuntimeError> {
    let mut events = BTreeMap::new();
    for (name, versions) in &registry.workflows {
        for entry in versions.unversioned.iter().chain(versions.named.values()) {
            check_steps(registry, name, entry.steps, &mut events)?;
        }
    }
    Ok(())
}

fn check_steps(
    registry: &Registry,
    workflow: &str,
    steps: &Skeleton,
    events: &mut BTreeMap<String, &'static str>,
) -> Result<(), RuntimeError> {
    let Some(known) = steps.known else { return Ok(()) };
    for callee in known.callees {
        let (kind, name, is_there) = match callee {
            Callee::Activity { name, declared } if declared.app.is_none() => {
                ("activity", *name, registry.activities.contains_key(name))
            }
            Callee::Workflow { name, declared } if declared.app.is_none() => {
                ("workflow", *name, registry.workflows.contains_key(name))
            }
            Callee::Helper(steps) => {
                check_steps(registry, workflow, steps, events)?;
                continue;
            }
            Callee::Activity { .. } | Callee::Workflow { .. } | Callee::Other => continue,
        };
        if !is_there {
            return Err(RuntimeError::UnregisteredCall {
                workflow: workflow.to_owned(),
                kind,
                name: name.to_owned(),
            });
        }
    }
    for event in known.events {
        let payload = (event.payload)();
        let known = *events.entry(event.name.to_lowercase()).or_insert(payload);
        if known != payload {
            return Err(RuntimeError::EventPayloads {
                name: event.name.to_owned(),
                first: known.to_owned(),
                second: payload.to_owned(),
            });
        }
    }
    Ok(())
}
