//! Serving until a signal says to end.

use dacapo_sidecar::store::Durability;
use dacapo_sidecar::{Sidecar, SidecarBuilder};

use super::Failure;
use super::arguments::{Serve, Sync};
use super::logs::LogFormat;
use super::out::remark;
use super::signals::Signals;

pub(super) async fn serve(arguments: Serve) -> Result<(), Failure> {
    // Before the start line: who waits for the line may send the signal right after.
    let mut signals = Signals::listen()?;
    let sidecar = builder(&arguments).start().await?;
    for line in start_lines(&arguments, &sidecar) {
        remark(&line);
    }
    signals.end().await;
    match arguments.log_format {
        LogFormat::Text => remark("dacapo-sidecar is shutting down"),
        LogFormat::Json => remark(&serde_json::json!({ "state": "shutting down" }).to_string()),
    }
    tokio::select! {
        () = sidecar.shutdown() => {}
        () = signals.end() => tracing::warn!("a second signal: what workers have is not waited for"),
    }
    Ok(())
}

fn builder(arguments: &Serve) -> SidecarBuilder {
    let mut builder = Sidecar::builder()
        .host(&arguments.host)
        .port(arguments.port)
        .app_id(&arguments.app_id)
        .state_stores(&arguments.state_stores)
        .message_bytes_max(arguments.max_body_size)
        .shutdown_grace(arguments.shutdown_grace);
    for (app, port) in &arguments.apps {
        builder = match port {
            Some(port) => builder.app_on(app, *port),
            None => builder.app(app),
        };
    }
    if let Some(port) = arguments.http_port {
        builder = builder.http_port(port);
    }
    if let Some(token) = std::env::var("DAPR_API_TOKEN").ok().filter(|token| !token.is_empty()) {
        builder = builder.api_token(token);
    }
    if let Some(time) = arguments.retain_completed {
        builder = builder.retain_completed(time);
    }
    if arguments.insecure {
        builder = builder.insecure();
    }
    let durability = match arguments.sync {
        Sync::Full => Durability::Full,
        Sync::Normal => Durability::Normal,
    };
    match &arguments.db {
        Some(path) => builder.database(path).durability(durability),
        None => builder.in_memory(),
    }
}

/// What is printed once everything works: first where, for whom and on what, then what else there is.
fn start_lines(arguments: &Serve, sidecar: &Sidecar) -> Vec<String> {
    let apps = arguments.apps.iter().map(|(app, _)| (app.as_str(), sidecar.endpoint_of(app)));
    if arguments.log_format == LogFormat::Json {
        return vec![json_line(arguments, sidecar, apps.collect())];
    }
    let app_id = &arguments.app_id;
    let place = arguments.db.as_ref().map_or("in memory".into(), |path| format!("on {}", path.display()));
    let first = format!("dacapo-sidecar is ready on {} for the app '{app_id}', {place}", sidecar.endpoint());
    let apps = apps.map(|(app, endpoint)| match endpoint {
        Some(endpoint) => format!("  the app '{app}' is on {endpoint}"),
        None => format!("  the app '{app}' is on the same port, by the metadata dapr-app-id"),
    });
    let http = arguments.http_port.map(|_| format!("  HTTP is on {} too", sidecar.http_endpoint()));
    std::iter::once(first).chain(http).chain(apps).collect()
}

fn json_line(arguments: &Serve, sidecar: &Sidecar, apps: Vec<(&str, Option<String>)>) -> String {
    let apps: serde_json::Map<_, _> = apps.into_iter().map(|(app, at)| (app.to_owned(), at.into())).collect();
    let line = serde_json::json!({
        "state": "ready",
        "endpoint": sidecar.endpoint(),
        "httpEndpoint": sidecar.http_endpoint(),
        "appId": arguments.app_id,
        "apps": apps,
        "database": arguments.db.as_ref().map(|path| path.display().to_string()),
    });
    line.to_string()
}
