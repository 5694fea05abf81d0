//! The generated code is committed, so that building needs no generator. This test is the generator: with
//! `DACAPO_REGENERATE=1` in the environment it writes the files, without it compares them.

// The lint's exemption for tests does not reach the helpers of a test file.
#![allow(clippy::unwrap_used)]

#[path = "support/json_form.rs"]
mod json_form;

use std::{collections::BTreeMap, env, fs, path::Path};

const PROTOS: [&str; 6] = [
    "attestation.proto",
    "history_events.proto",
    "orchestration.proto",
    "orchestrator_actions.proto",
    "orchestrator_service.proto",
    "dapr/proto/runtime/v1/dapr.proto",
];

/// Fields that are passed on or compared without being decoded.
const RAW_EVENTS: [&str; 3] = [
    ".WorkflowRequest.pastEvents",
    ".GetInstanceHistoryResponse.events",
    ".PropagatedHistoryChunk.rawEvents",
];

#[test]
fn generated_code_is_what_the_proto_files_say() {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed_dir = crate_dir.join("src/generated");
    let fresh_dir = tempfile::tempdir().unwrap();
    generate(&crate_dir.join("protos"), fresh_dir.path());

    let fresh = files(fresh_dir.path());
    if env::var_os("DACAPO_REGENERATE").is_some() {
        write_over(&committed_dir, &fresh);
    }
    let committed = files(&committed_dir);

    assert_eq!(
        committed.keys().collect::<Vec<_>>(),
        fresh.keys().collect::<Vec<_>>(),
        "other files than the .proto files give; run this test with DACAPO_REGENERATE=1"
    );
    for (name, text) in fresh {
        assert!(committed[&name] == text, "{name} is stale; run this test with DACAPO_REGENERATE=1");
    }
}

fn generate(protos: &Path, out: &Path) {
    let descriptors = protox::compile(PROTOS, [protos]).unwrap();
    let mut config = tonic_prost_build::Config::new();
    // The workflow contract has no package, and a file named `_.rs` would tell a reader nothing.
    config.default_package_filename("taskhub");
    json_form::configure(tonic_prost_build::configure())
        // Without it the code does not depend on a transport: whoever connects brings one.
        .build_transport(false)
        .server_mod_attribute(".", "#[cfg(feature = \"server\")]")
        // Sorted maps encode the same way each time.
        .btree_map(".")
        .bytes(RAW_EVENTS[0])
        .bytes(RAW_EVENTS[1])
        .bytes(RAW_EVENTS[2])
        .out_dir(out)
        .compile_fds_with_config(descriptors, config)
        .unwrap();
}

fn files(dir: &Path) -> BTreeMap<String, String> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn write_over(dir: &Path, fresh: &BTreeMap<String, String>) {
    for stale in files(dir).into_keys().filter(|name| !fresh.contains_key(name)) {
        fs::remove_file(dir.join(stale)).unwrap();
    }
    for (name, text) in fresh {
        fs::write(dir.join(name), text).unwrap();
    }
}
