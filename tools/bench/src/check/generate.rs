//! The crates that are checked: 200 functions of 20 awaits, as workflows and as plain async functions.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

const FUNCTIONS: usize = 200;
const AWAITS: usize = 20;
const ACTIVITIES: usize = 10;

/// The number that an edit changes, as it is written in every function.
const EDITED: &str = "order.total + 1";

/// Writes the workspace, with the versions that the project itself is locked to.
pub(super) fn workspace(folder: &Path, macros_optimised: bool) -> io::Result<()> {
    let runtime = concat!(env!("CARGO_MANIFEST_DIR"), "/../../runtime");
    let profile = if macros_optimised { "\n[profile.dev.build-override]\nopt-level = 3\n" } else { "" };
    fs::create_dir_all(folder)?;
    fs::write(
        folder.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = [\"plain\", \"workflows\"]\n{profile}"),
    )?;
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock"), folder.join("Cargo.lock"))?;
    for (name, is_workflow) in [("plain", false), ("workflows", true)] {
        let source = folder.join(name).join("src");
        fs::create_dir_all(&source)?;
        fs::write(folder.join(name).join("Cargo.toml"), manifest(name, runtime))?;
        fs::write(source.join("lib.rs"), code(is_workflow))?;
    }
    Ok(())
}

/// The same code after an edit in every function.
pub(super) fn edited(code: &str) -> String {
    let (changed, original) = (format!("{EDITED}0"), format!("{EDITED};"));
    if code.contains(&original) {
        code.replace(&original, &format!("{changed};"))
    } else {
        code.replace(&format!("{changed};"), &original)
    }
}

// Both depend on the same, so that what cargo and the compiler do for dependencies is in both.
fn manifest(name: &str, runtime: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         dacapo = {{ path = \"{runtime}\" }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n"
    )
}

fn code(is_workflow: bool) -> String {
    let attribute = |name: &'static str| if is_workflow { name } else { "" };
    let (activity, workflow) = (attribute("#[activity]\n"), attribute("#[workflow]\n"));
    let mut code = String::from(
        "use dacapo::prelude::*;\n\n#[derive(Clone, Debug, Serialize, Deserialize)]\n\
         pub struct Order {\n    pub item: String,\n    pub quantity: u64,\n    pub total: u64,\n}\n",
    );
    for step in 0..ACTIVITIES {
        let _ = write!(
            code,
            "\n{activity}pub async fn step{step}(order: Order, at: u64) -> Result<u64> {{\n    Ok(order.quantity + at + {step})\n}}\n"
        );
    }
    for function in 0..FUNCTIONS {
        let _ = write!(
            code,
            "\n{workflow}pub async fn flow{function}(order: Order) -> Result<u64> {{\n    let mut at = {EDITED};\n"
        );
        for index in 0..AWAITS {
            code.push_str(&step(index));
        }
        code.push_str("    Ok(at)\n}\n");
    }
    code
}

/// Every fourth await stands in a condition.
fn step(index: usize) -> String {
    let call = format!("step{}(order.clone(), at + {index}).await?", index % ACTIVITIES);
    if index % 4 == 3 {
        format!("    if at > {index} {{\n        at += {call};\n    }}\n")
    } else {
        format!("    at += {call};\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_crates_have_all_functions_and_awaits_and_differ_by_attributes_alone() {
        let (flows, plain) = (code(true), code(false));
        assert_eq!(plain.matches(".await").count(), FUNCTIONS * AWAITS);
        assert_eq!(flows.matches("#[workflow]").count(), FUNCTIONS);
        assert_eq!(flows.replace("#[workflow]\n", "").replace("#[activity]\n", ""), plain);
    }

    #[test]
    fn an_edit_changes_every_function_and_the_next_changes_it_back() {
        let plain = code(false);
        let changed = edited(&plain);
        assert_eq!(changed.matches("order.total + 10;").count(), FUNCTIONS);
        assert_eq!(edited(&changed), plain);
    }
}
