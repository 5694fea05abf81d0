//! This program as another process: a sidecar or a worker that scenarios can kill.

use std::process::ExitCode;

use dacapo_sidecar::Sidecar;

use dacapo_e2e::scenarios;

use crate::exporter;

/// Runs what the first argument asks for instead of scenarios, until the process is killed.
pub(crate) fn instead() -> Option<ExitCode> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let arguments = arguments.iter().map(String::as_str).collect::<Vec<_>>();
    let end = match arguments[..] {
        ["--serve-sidecar", port, app, ref file @ ..] => {
            on_a_runtime(sidecar(port, app, file.first().copied()))
        }
        ["--serve-worker", name] => on_a_runtime(worker(name)),
        _ => return None,
    };
    Some(end.map_or_else(
        |error| {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    ))
}

fn on_a_runtime(work: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let _entered = runtime.enter();
    let _spans = exporter::subscribe();
    runtime.block_on(work)
}

async fn sidecar(port: &str, app: &str, file: Option<&str>) -> Result<(), String> {
    let port = port.parse().map_err(|_| format!("`{port}` is no port"))?;
    let builder = Sidecar::builder().port(port).app_id(app);
    let builder = match file {
        Some(file) => builder.database(file),
        None => builder.in_memory(),
    };
    let sidecar = builder.start().await.map_err(|error| error.to_string())?;
    terminated().await;
    sidecar.shutdown().await;
    Ok(())
}

async fn worker(name: &str) -> Result<(), String> {
    let worker = scenarios::worker(name).await.map_err(|error| error.to_string())?;
    terminated().await;
    worker.shutdown().await.map_err(|error| error.to_string())
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}
