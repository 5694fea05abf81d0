//! Patches: a worker must report at least what history recorded, in that order.
//! See docs/protocol.md, "Versions and patches".

use dacapo_proto::pb::{self, StalledReason};

/// Compares the patches of history with those that a worker reports. Answers what is to be recorded on the
/// event that opened the turn: the new patches, and the version's name.
pub(crate) fn check(
    recorded: &[String],
    reported: Option<pb::WorkflowVersion>,
) -> Result<Option<pb::WorkflowVersion>, pb::ExecutionStalledEvent> {
    let pb::WorkflowVersion { mut patches, name } = reported.unwrap_or_default();
    if !patches.starts_with(recorded) {
        return Err(mismatch(recorded, &patches));
    }
    patches.drain(..recorded.len());
    let nothing = patches.is_empty() && name.is_none();
    Ok((!nothing).then_some(pb::WorkflowVersion { patches, name }))
}

fn mismatch(recorded: &[String], reported: &[String]) -> pb::ExecutionStalledEvent {
    let (recorded, reported) = (recorded.join(", "), reported.join(", "));
    pb::ExecutionStalledEvent {
        reason: StalledReason::PatchMismatch as i32,
        description: Some(format!(
            "Patch mismatch. History patches: [{recorded}], current patches: [{reported}]. "
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patches(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn report(names: &[&str]) -> Option<pb::WorkflowVersion> {
        Some(pb::WorkflowVersion { patches: patches(names), name: None })
    }

    #[test]
    fn only_new_patches_are_recorded() {
        let recorded = check(&patches(&["a"]), report(&["a", "b"])).unwrap();
        assert_eq!(recorded, report(&["b"]));
        assert_eq!(check(&patches(&["a"]), report(&["a"])), Ok(None));
    }

    #[test]
    fn a_lost_patch_stalls() {
        let stall = check(&patches(&["a", "b"]), report(&["a"])).unwrap_err();
        let text = "Patch mismatch. History patches: [a, b], current patches: [a]. ";
        assert_eq!(stall.description.as_deref(), Some(text));
    }

    #[test]
    fn the_version_name_is_kept_beside_patches() {
        let reported = pb::WorkflowVersion { patches: patches(&["a"]), name: Some("2".into()) };
        assert_eq!(check(&[], Some(reported.clone())), Ok(Some(reported)));
    }
}
