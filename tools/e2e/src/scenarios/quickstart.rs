//! The sample, run as `dapr run -f examples/order-processor` runs it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dacapo::client::Status;
use dacapo::prelude::*;
use serde_yaml_ng::Value;

use super::support::SOON;
use crate::harness::{App, AppOptions, Process, http};
use crate::scenario::Env;

super::scenarios![
    quickstart_as_dapr_run_starts_it.since(1, 17).daprd_only().limit(900),
    quickstart_over_http.daprd_only().limit(900),
    manifests_of_the_quickstart_are_well_formed.daprd_only(),
];

/// Dapr's template for several apps, with the fields that its documentation names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Template {
    version: u32,
    #[serde(default)]
    common: Settings,
    apps: Vec<TemplateApp>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TemplateApp {
    #[serde(rename = "appID")]
    app_id: String,
    app_dir_path: PathBuf,
    command: Vec<String>,
    #[serde(flatten)]
    settings: BTreeMap<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Settings {
    resources_path: Option<PathBuf>,
    config_file_path: Option<PathBuf>,
    app_protocol: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/order-processor")
}

fn template() -> Result<Template> {
    Ok(serde_yaml_ng::from_str(&std::fs::read_to_string(sample().join("dapr.yaml"))?)?)
}

/// The sidecar of the sample, on its components.
async fn sidecar(env: &Env, template: &Template) -> Result<App> {
    let [order_processor] = &template.apps[..] else { panic!("one app: {template:?}") };
    let resources = template.common.resources_path.as_ref().expect("it names its components");
    let mut options = AppOptions::new(&order_processor.app_id).resources(sample().join(resources));
    if let Some(file) = &template.common.config_file_path {
        options = options.configuration(std::fs::read_to_string(sample().join(file))?);
    }
    Ok(env.app_with(options).await?)
}

/// The program, in the environment that `dapr run` gives it.
fn program(env: &Env, app: &App, template: &Template, arguments: &[&str]) -> Process {
    let (common, own) = (&template.common, &template.apps[0]);
    let [command, rest @ ..] = &own.command[..] else { panic!("a command: {template:?}") };
    let mut program = Process::new("order-processor", command, env.folder().join("order-processor.log"));
    program.set_arguments(rest.iter().map(String::as_str).chain(arguments.iter().copied()));
    program.set_folder(sample().join(&own.app_dir_path));
    program.set_variable("APP_ID", &own.app_id);
    program.set_variable("APP_PROTOCOL", common.app_protocol.as_deref().unwrap_or("http"));
    program.set_variable("DAPR_GRPC_PORT", app.grpc_port().to_string());
    program.set_variable("DAPR_HTTP_PORT", app.http_port().to_string());
    for (name, value) in &common.env {
        program.set_variable(name, value);
    }
    program
}

/// What the program has printed when it has ended by itself, with success.
async fn output_of(program: &mut Process) -> Result<String> {
    let status = loop {
        if let Some(status) = program.ended() {
            break status;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let output = std::fs::read_to_string(program.log())?;
    assert!(status.success(), "{output}");
    Ok(output)
}

async fn quickstart_as_dapr_run_starts_it(env: Env) -> Result<()> {
    let template = template()?;
    let app = sidecar(&env, &template).await?;
    let mut program = program(&env, &app, &template, &[]);
    program.start()?;
    let output = output_of(&mut program).await?;
    for line in ["Received order", "There are now 90 cars left in stock", "workflow status: COMPLETED"] {
        assert!(output.contains(line), "`{line}` is missing in\n{output}");
    }
    let ids = app.client().list().next().await?.expect("the order is an instance");
    assert_eq!(app.client().instance(ids).get().await?.status, Status::Completed);
    Ok(())
}

/// The requests of the README, against the program that only serves.
async fn quickstart_over_http(env: Env) -> Result<()> {
    let template = template()?;
    let app = sidecar(&env, &template).await?;
    let mut program = program(&env, &app, &template, &["--", "--serve"]);
    program.start()?;
    let log = program.log().to_owned();
    let printed = |text: &'static str| {
        let log = log.clone();
        async move { std::fs::read_to_string(log).unwrap_or_default().contains(text) }
    };
    program.wait_until(Duration::from_secs(600), || printed("Waiting for orders")).await?;
    app.wait_until_connected().await?;
    let base = format!("{}/v1.0/workflows/dapr", app.http());
    let order = r#"{"item_name": "cars", "quantity": 10, "total_cost": 150000}"#;
    let started = http::post(&format!("{base}/order_processing/start?instanceID=order-1"), order).await?;
    assert_eq!((started.status, started.json()["instanceID"].as_str()), (202, Some("order-1")));
    program.wait_until(Duration::from_secs(60), || printed("Requesting approval")).await?;
    let approval = r#"{"approval": true}"#;
    let raised = http::post(&format!("{base}/order-1/raiseEvent/manager_approval"), approval).await?;
    assert_eq!(raised.status, 202, "{raised:?}");
    app.client().instance("order-1").wait_for_completion(SOON).await?;
    let state = http::get(&format!("{base}/order-1")).await?.json();
    assert_eq!(state["runtimeStatus"], "COMPLETED", "{state}");
    let result = state["properties"]["dapr.workflow.output"].as_str().unwrap_or_default();
    assert!(result.contains(r#""processed":true"#), "{state}");
    program.terminate();
    assert!(output_of(&mut program).await?.contains("There are now 90 cars left in stock"));
    Ok(())
}

async fn manifests_of_the_quickstart_are_well_formed(_: Env) -> Result<()> {
    let template = template()?;
    assert_eq!((template.version, template.apps.len()), (1, 1));
    assert!(template.apps.iter().all(|app| app.settings.is_empty()), "{template:?}");
    for component in ["resources/statestore.yaml", "redis/statestore.yaml"] {
        is_actor_state_store(&serde_yaml_ng::from_str(&std::fs::read_to_string(sample().join(component))?)?);
    }
    let text = std::fs::read_to_string(sample().join("deploy/kubernetes.yaml"))?;
    let mut documents = Vec::new();
    for document in serde_yaml_ng::Deserializer::from_str(&text) {
        documents.push(Value::deserialize(document)?);
    }
    let [store, job] = &documents[..] else { panic!("a component and a job: {documents:?}") };
    is_actor_state_store(store);
    let dockerfile = std::fs::read_to_string(sample().join("deploy/Dockerfile"))?;
    let stages = dockerfile.lines().filter(|line| line.starts_with("FROM ")).count();
    assert_eq!(stages, 2, "one to build, one to run");
    assert!(dockerfile.contains("--release -p order-processor"), "{dockerfile}");
    let annotations = &job["spec"]["template"]["metadata"]["annotations"];
    assert_eq!(annotations["dapr.io/enabled"], "true");
    assert_eq!(annotations["dapr.io/app-id"], template.apps[0].app_id.as_str());
    Ok(())
}

#[track_caller]
fn is_actor_state_store(component: &Value) {
    assert_eq!(
        (&component["kind"], &component["metadata"]["name"]),
        (&"Component".into(), &"statestore".into())
    );
    let settings = component["spec"]["metadata"].as_sequence().cloned().unwrap_or_default();
    let actors =
        settings.iter().find(|setting| setting["name"] == "actorStateStore").map(|setting| &setting["value"]);
    assert_eq!(actors, Some(&"true".into()), "workflows need it: {component:?}");
}
