//! Spans of this program, sent as a user's program would send them: to the collector that daprd sends its own to.

use dacapo_e2e::harness::http;
use opentelemetry::trace::{SpanId, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Where spans go, in Zipkin's form.
const ADDRESS: &str = "E2E_ZIPKIN";

/// Logs to standard error, and exports spans where the environment names a collector. They flow while what is returned
/// lives.
pub(crate) fn subscribe() -> Option<SdkTracerProvider> {
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO).with(log);
    match std::env::var(ADDRESS) {
        Ok(address) => Some(exporting(subscriber, address)),
        Err(_) => {
            subscriber.init();
            None
        }
    }
}

fn exporting<S>(subscriber: S, address: String) -> SdkTracerProvider
where
    S: Subscriber + Send + Sync + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
{
    let (sender, spans) = mpsc::unbounded_channel();
    tokio::spawn(post(address, spans));
    let provider = SdkTracerProvider::builder().with_simple_exporter(Zipkin(sender)).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("e2e"));
    subscriber.with(layer).init();
    provider
}

async fn post(address: String, mut spans: mpsc::UnboundedReceiver<Value>) {
    while let Some(span) = spans.recv().await {
        if let Err(error) = http::post(&address, json!([span]).to_string()).await {
            eprintln!("a span is lost: {error}");
        }
    }
}

/// Hands spans to a task that may wait.
#[derive(Debug)]
struct Zipkin(mpsc::UnboundedSender<Value>);

impl SpanExporter for Zipkin {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        for span in spans {
            let parent = (span.parent_span_id != SpanId::INVALID).then(|| span.parent_span_id.to_string());
            // Nobody listens any more when the program ends.
            let _ = self.0.send(json!({
                "traceId": span.span_context.trace_id().to_string(),
                "id": span.span_context.span_id().to_string(),
                "parentId": parent,
                "name": span.name,
            }));
        }
        Ok(())
    }
}
