//! The fix of every mistake in `ui/fail` compiles without a warning: each file of `ui/pass` is a module of this test,
//! because one program is built much faster than a hundred.

use std::fs;

#[path = "fixes/await_rule.rs"]
mod await_rule;
#[path = "fixes/body.rs"]
mod body;
#[path = "fixes/flows.rs"]
mod flows;
#[path = "fixes/function.rs"]
mod function;
#[path = "fixes/kinds.rs"]
mod kinds;
#[path = "fixes/lock.rs"]
mod lock;
#[path = "fixes/no_std.rs"]
mod no_std;
#[path = "fixes/options.rs"]
mod options;
#[path = "fixes/registry.rs"]
mod registry;
#[path = "fixes/serde_rule.rs"]
mod serde_rule;
#[path = "fixes/strict.rs"]
mod strict;
#[path = "fixes/testing.rs"]
mod testing;
#[path = "fixes/types.rs"]
mod types;

#[test]
fn every_fix_is_compiled_here() {
    let here = include_str!("fixes.rs");
    for folder in fs::read_dir("tests/ui/pass").expect("the directory of fixes exists") {
        let folder = folder.expect("a directory can be listed").path();
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a folder has a name");
        assert!(here.contains(&format!("\"fixes/{name}.rs\"")), "`tests/fixes/{name}.rs` is no module here");
        let list =
            fs::read_to_string(format!("tests/fixes/{name}.rs")).expect("a folder has a list of its fixes");
        for file in fs::read_dir(&folder).expect("a folder of fixes can be listed") {
            let file = file.expect("a directory can be listed").file_name();
            let file = file.to_str().expect("a file has a name");
            let path = format!("\"../ui/pass/{name}/{file}\"");
            assert!(list.contains(&path), "{path} is not in `tests/fixes/{name}.rs`");
        }
    }
}
