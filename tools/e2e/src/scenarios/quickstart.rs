//! The sample, run as `dapr run -f examples/order-processor` runs it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dacapo::client::Status;
use dacapo::prelude::*;
use serde_yaml_ng::Value;

use crate::harness::{App, AppOptions, Process};
use crate::scenario::Env;

super::scenarios![
    quickstart_as_dapr_run_starts_it.since(1, 17).daprd_only().limit(900),
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

async fn quickstart_as_dapr_run_starts_it(env: Env) -> Result<()> {
    let template = template()?;
    let [order_processor] = &template.apps[..] else { panic!("one app: {template:?}") };
    let resources = template.common.resources_path.expect("it names its components");
    let options = AppOptions::new(&order_processor.app_id).resources(sample().join(resources));
    let app = env.app_with(options).await?;
    let mut program = program(&env, &app, order_processor);
    program.start()?;
    let status = loop {
        if let Some(status) = program.ended() {
            break status;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let output = std::fs::read_to_string(program.log())?;
    assert!(status.success(), "{output}");
    for line in ["Received order", "There are now 90 cars left in stock", "workflow status: COMPLETED"] {
        assert!(output.contains(line), "`{line}` is missing in\n{output}");
    }
    let ids = app.client().list().next().await?.expect("the order is an instance");
    assert_eq!(app.client().instance(ids).get().await?.status, Status::Completed);
    Ok(())
}

/// What the command line adds: the ports and the id, in the environment.
fn program(env: &Env, app: &App, template: &TemplateApp) -> Process {
    let [command, arguments @ ..] = &template.command[..] else { panic!("a command: {template:?}") };
    let mut program = Process::new("order-processor", command, env.folder().join("order-processor.log"));
    program.set_arguments(arguments);
    program.set_folder(sample().join(&template.app_dir_path));
    program.set_variable("APP_ID", &template.app_id);
    program.set_variable("DAPR_GRPC_PORT", app.grpc_port().to_string());
    program.set_variable("DAPR_HTTP_PORT", app.http_port().to_string());
    program
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
