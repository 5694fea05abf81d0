//! Ids that are computed, never drawn: the same on every replay. See docs/protocol.md, "Deterministic ids".

use alloc::{
    format,
    string::{String, ToString},
};

use ::uuid::Uuid;

use crate::time::Timestamp;

/// The namespace that the .NET SDK and others of this protocol use.
const WORKFLOW_UUIDS: Uuid = Uuid::from_u128(0x9e952958_5e33_4daf_827f_2fa12937b875);

/// The namespace of our task execution ids. It can never change: activities use them as idempotency keys.
const TASK_EXECUTIONS: Uuid = Uuid::from_u128(0x3f0c6c1e_7a55_4b7e_9d2a_64616361706f);

/// The `counter`-th UUID that a workflow asks for.
pub(crate) fn workflow_uuid(instance_id: &str, now: Timestamp, counter: u64) -> Uuid {
    let (year, month, day, second) = now.civil();
    let (hour, minute, second, ticks) = (second / 3600, second / 60 % 60, second % 60, now.nanos() / 100);
    let name = format!(
        "{instance_id}_{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ticks:07}Z_{counter}"
    );
    Uuid::new_v5(&WORKFLOW_UUIDS, name.as_bytes())
}

/// What makes the ids of one execution its own.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    pub(crate) instance_id: &'a str,
    pub(crate) execution_id: &'a str,
    /// The instance whose history was copied, where this one is a rerun; else the instance itself.
    pub(crate) source_id: &'a str,
}

impl Identity<'_> {
    /// The id of the logical call whose first attempt has the action id `first_id`.
    ///
    /// A turn that the sidecar runs again computes the same id, so the activity's owner sees one call; another
    /// generation of the instance, or a rerun under another instance id, computes another.
    pub(crate) fn task_execution_id(self, first_id: i32) -> String {
        // The instance id may contain anything, so it comes last.
        let name = format!("{first_id}\0{}\0{}", self.execution_id, self.instance_id);
        Uuid::new_v5(&TASK_EXECUTIONS, name.as_bytes()).to_string()
    }

    /// Whether `id` is the id of that call, made by this execution or by the one that it is a rerun of.
    pub(crate) fn is_task_execution_id(self, first_id: i32, id: &str) -> bool {
        let source = Self { instance_id: self.source_id, ..self };
        self.task_execution_id(first_id) == id
            || (self.source_id != self.instance_id && source.task_execution_id(first_id) == id)
    }
}

/// The instance id that the sidecar gives a child which was not given one.
pub(crate) fn default_child_id(parent_id: &str, action_id: i32) -> String {
    format!("{parent_id}:{action_id:04x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workflow_uuids_are_those_of_the_dotnet_sdk() {
        let now = "2023-05-06T07:08:09.1234567Z".parse().unwrap();
        for (instance, counter, uuid) in [
            ("fixed-instance-id", 0, "0f353f85-75d2-56f8-89b5-a7773ace7605"),
            ("fixed-instance-id", 1, "b0fd1465-f3d8-5a7e-98b1-f34137b15060"),
            ("fixed-instance-id", 2, "12bec829-d5e1-563c-ac70-9806cad148c1"),
            ("other-instance-id", 0, "258d445c-0c1e-594c-a4a1-0a837e4ebe92"),
        ] {
            assert_eq!(workflow_uuid(instance, now, counter).to_string(), uuid);
        }
    }

    #[test]
    fn task_execution_ids_are_fixed_for_ever() {
        let id = |instance_id, execution_id, first| {
            Identity { instance_id, execution_id, source_id: "" }.task_execution_id(first)
        };
        let first = id("order-1", "exec-1", 0);
        assert_eq!(first, "79e79d4d-eb29-502f-8c24-bc1f10e3c7b0");
        assert_ne!(id("order-2", "exec-1", 0), first);
        assert_ne!(id("order-1", "exec-2", 0), first);
        assert_ne!(id("order-1", "exec-1", 1), first);
    }

    #[test]
    fn a_rerun_knows_the_calls_of_its_source() {
        let source = Identity { instance_id: "order-1", execution_id: "exec-1", source_id: "order-1" };
        let rerun = Identity { instance_id: "order-2", ..source };
        assert!(rerun.is_task_execution_id(0, &source.task_execution_id(0)));
        assert!(rerun.is_task_execution_id(0, &rerun.task_execution_id(0)));
        assert!(!rerun.is_task_execution_id(1, &source.task_execution_id(0)));
        assert!(!source.is_task_execution_id(0, &rerun.task_execution_id(0)));
    }

    #[test]
    fn default_child_ids_have_four_hex_digits_or_more() {
        assert_eq!(default_child_id("abc", 0), "abc:0000");
        assert_eq!(default_child_id("abc", 255), "abc:00ff");
        assert_eq!(default_child_id("abc", 0x12345), "abc:12345");
    }
}
