//! What the program can be told, and who does it.

mod arguments;
mod files;
mod logs;
mod out;
mod serve;
mod signals;
mod wf;

use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

use arguments::{Arguments, Command};
use logs::LogFormat;

/// Why the program ends without success; the text is all there is to say.
type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(crate) async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let format = arguments.serve.log_format;
    let done = match arguments.command {
        None => {
            logs::begin(format);
            serve::serve(arguments.serve).await
        }
        Some(Command::Wf(wf)) => wf::run(wf).await,
        Some(Command::Vacuum(file)) => files::vacuum(&file),
        Some(Command::Check(file)) => files::check(&file),
        Some(Command::Export(file)) => files::export(&file),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough.
        Err(error) if out::is_closed(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            out::complain(&match format {
                LogFormat::Text => format!("error: {error}"),
                LogFormat::Json => json!({ "level": "ERROR", "message": error.to_string() }).to_string(),
            });
            ExitCode::FAILURE
        }
    }
}
