//! What an editor shows: rust-analyzer finds no error in the corpus, finds the one of a wrong workflow, and leads from
//! each use of a function to the function. Needs `rustup component add rust-analyzer`; CI runs it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// File and text of a use, the word in it, and the text of the line that defines it.
const USES: [(&str, &str, &str, &str); 6] = [
    ("chaining.rs", "append(input, ", "append", "pub async fn append("),
    ("children.rs", "map(child)", "child", "pub async fn child("),
    ("saga.rs", "undo(&booked)", "undo", "async fn undo("),
    ("monitoring.rs", "health_monitor(watch).cont", "health_monitor", "pub async fn health_monitor("),
    ("human.rs", "send_code(phone)", "send_code", "pub async fn send_code("),
    ("timers.rs", "work_on(part)", "work_on", "pub async fn work_on("),
];

const MISTAKE: &str = "//! A workflow that reads a clock.

use dacapo::prelude::*;

/// Does not replay.
#[workflow]
pub async fn late() -> Result<bool> {
    Ok(std::time::SystemTime::now() > std::time::SystemTime::UNIX_EPOCH)
}
";

fn main() {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let workspace = package.parent().expect("the package stands in a workspace");
    let copy = copied(workspace);
    let mut editor = Editor::open(&copy);
    let mut files: Vec<_> = list(&copy.join("src"));
    files.sort();
    for file in &files {
        let errors = editor.errors(file);
        let is_mistake = file.ends_with("mistake.rs");
        assert_eq!(!errors.is_empty(), is_mistake, "{}: {errors:#?}", file.display());
    }
    for (file, line, word, definition) in USES {
        let found = editor.definition(&copy.join("src").join(file), line, word);
        assert!(found.contains(definition), "{file}: `{line}` leads to `{found}`");
    }
    editor.server.kill().expect("the server can be ended");
    println!("{} files without a false error, {} definitions found", files.len() - 1, USES.len());
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder can be listed");
    entries.map(|entry| entry.expect("an entry can be read").path()).collect()
}

/// The corpus as a workspace of its own: the server then looks at nothing else.
fn copied(workspace: &Path) -> PathBuf {
    let copy = workspace.join("target/ide/corpus");
    fs::create_dir_all(copy.join("src")).expect("the target folder can be written");
    for file in list(&workspace.join("ui-tests/corpus/src")) {
        fs::copy(&file, copy.join("src").join(file.file_name().expect("it is a file")))
            .expect("a file is copied");
    }
    fs::write(copy.join("src/mistake.rs"), MISTAKE).expect("a file can be written");
    let lib = fs::read_to_string(copy.join("src/lib.rs")).expect("the corpus has a root");
    fs::write(copy.join("src/lib.rs"), format!("{lib}\npub mod mistake;\n")).expect("a file can be written");
    let manifest = format!(
        "[package]\nname = \"corpus\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         dacapo = {{ path = {:?} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n\
         thiserror = \"2\"\ntracing = \"0.1\"\n\n[workspace]\n",
        workspace.join("runtime"),
    );
    fs::write(copy.join("Cargo.toml"), manifest).expect("a file can be written");
    fs::copy(workspace.join("Cargo.lock"), copy.join("Cargo.lock")).expect("the lock file is copied");
    copy
}

struct Editor {
    server: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    asked: u64,
}

impl Editor {
    /// A server that has read the workspace.
    fn open(root: &Path) -> Self {
        let mut server = Command::new("rust-analyzer")
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("rust-analyzer starts: `rustup component add rust-analyzer`");
        let to = server.stdin.take().expect("it has an input");
        let from = BufReader::new(server.stdout.take().expect("it has an output"));
        let mut editor = Self { server, to, from, asked: 0 };
        editor.ask(
            "initialize",
            json!({
                "processId": std::process::id(), "rootUri": uri(root),
                "capabilities": { "experimental": { "serverStatusNotification": true } },
                "initializationOptions": { "checkOnSave": false, "cachePriming": { "enable": false } },
            }),
        );
        editor.send(&json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
        loop {
            let message = editor.receive();
            if message["params"]["quiescent"] == true {
                assert_eq!(message["params"]["health"], "ok", "{message}");
                return editor;
            }
        }
    }

    /// The messages of all errors in a file.
    fn errors(&mut self, file: &Path) -> Vec<String> {
        let report = self.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": uri(file) } }));
        let items = report["items"].as_array().expect("diagnostics are an array").iter();
        items.filter(|item| item["severity"] == 1).map(|item| item["message"].to_string()).collect()
    }

    /// The line that the definition of `word` in the line with `text` is on; all of them, if there are more.
    fn definition(&mut self, file: &Path, text: &str, word: &str) -> String {
        let source = fs::read_to_string(file).expect("the file is there");
        let (number, line) =
            source.lines().enumerate().find(|(_, line)| line.contains(text)).expect("it is used");
        let start = line.find(text).expect("just found");
        let character = start + text.find(word).expect("the word is in the text") + 1;
        let place = json!({ "textDocument": { "uri": uri(file) }, "position": { "line": number, "character": character } });
        let found = self.ask("textDocument/definition", place);
        let places = found.as_array().expect("definitions are an array").iter().map(|place| {
            let path = place["uri"].as_str().and_then(|uri| uri.strip_prefix("file://")).expect("a file");
            let text = fs::read_to_string(path).expect("a definition is in a file");
            let number = place["range"]["start"]["line"].as_u64().expect("a number");
            text.lines().nth(usize::try_from(number).expect("lines are few")).unwrap_or_default().to_owned()
        });
        places.collect::<Vec<_>>().join("\n")
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server reads");
        self.to.flush().expect("the server reads");
    }

    /// The next message; questions of the server are answered with nothing.
    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(
                self.from.read_line(&mut line).expect("the server writes text") > 0,
                "the server has ended"
            );
            match line.trim().split_once(": ") {
                Some(("Content-Length", digits)) => length = digits.parse().expect("a number"),
                None if line.trim().is_empty() => break,
                _ => {}
            }
        }
        let mut text = vec![0; length];
        self.from.read_exact(&mut text).expect("a message is whole");
        let message: Value = serde_json::from_slice(&text).expect("a message is JSON");
        if message.get("id").is_some() && message.get("method").is_some() {
            self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
        }
        message
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
