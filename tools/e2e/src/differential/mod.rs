//! One driver, three sidecars: the same calls and the same worker's answers are played on ours, on daprd and on
//! durabletask-go's own sidecar, and whatever they say differently must be known and explained.
//!
//! Nothing of Dacapo's SDK is used: the driver speaks the protocol itself.

mod action;
mod caller;
mod compare;
mod plans;
mod player;
mod random;
mod rules;
mod script;
mod side;
mod step;
mod words;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use dacapo::{Error, Result};
use futures_util::StreamExt as _;

use crate::harness::{App, Store, durabletask_go};
use crate::scenario::{Env, Scenario};
use compare::Comparison;
use player::{Trace, play};
use rules::rules;
use script::Plan;
use side::{Side, Who};

/// Played when it is named: it takes as long as all other scenarios.
pub(crate) const SCENARIOS: &[Scenario] = &[Scenario::new("differential", |env| Box::pin(differential(env)))
    .since(1, 18)
    .daprd_only()
    .extra()
    .limit(600)];

/// Sets another seed for the scenarios that are made by chance.
const SEED: &str = "DIFFERENTIAL_SEED";

/// Sets how many scenarios are made by chance.
const RANDOM: &str = "DIFFERENTIAL_RANDOM";

/// Plays only the scenarios whose names contain this.
const ONLY: &str = "DIFFERENTIAL_ONLY";

/// How many scenarios one sidecar plays at a time.
const AT_ONCE: usize = 24;

/// How many unexplained differences are printed; the file has them all.
const SHOWN: usize = 3;

async fn differential(env: Env) -> Result<()> {
    let (seed, random) = (number(SEED, 1)?, number(RANDOM, 500)?);
    let only = std::env::var(ONLY).unwrap_or_default();
    let scripted = plans::all();
    println!("differential: {} scripted and {random} random scenarios, {SEED}={seed}", scripted.len());
    let plans = scripted.into_iter().chain((0..random).map(|number| random::plan(seed, number)));
    let plans = plans.filter(|plan| plan.name.contains(&only)).enumerate().collect::<Vec<_>>();
    let plans: Arc<[(usize, Plan)]> = plans.into();

    let [ours, daprd, standalone] = sides(&env).await?;
    let (ours, daprd, standalone) =
        tokio::join!(play_all(&plans, &ours), play_all(&plans, &daprd), play_all(&plans, &standalone),);
    for (who, traces) in [(Who::Ours, &ours), (Who::Daprd, &daprd), (Who::Standalone, &standalone)] {
        write_traces(&env, who, &plans, traces)?;
    }
    let mut verdict = BTreeMap::new();
    let mut unexplained = Vec::new();
    for (who, theirs) in [(Who::Daprd, &daprd), (Who::Standalone, &standalone)] {
        let mut comparison = Comparison::default();
        for (number, plan) in plans.iter() {
            if let (Some(ours), Some(theirs)) = (ours.get(number), theirs.get(number)) {
                comparison.compare(plan, who, ours, theirs);
            }
        }
        println!(
            "differential: {} scenarios compared with {}, {} known differences occurred",
            theirs.len(),
            who.name(),
            comparison.explained.len()
        );
        unexplained.append(&mut comparison.unexplained);
        verdict.insert(who, comparison.explained);
    }
    report(&env, &unexplained)?;
    for rule in rules() {
        check_documented(rule.name)?;
    }
    let gone = rules().filter(|rule| !verdict[&rule.who].contains(rule.name)).map(|rule| rule.name);
    let gone = gone.collect::<Vec<_>>();
    if only.is_empty() && !gone.is_empty() {
        return Err(Error::msg(format!(
            "known differences that no longer occur, to be removed from the rules and docs/compatibility.md: {gone:?}"
        )));
    }
    Ok(())
}

fn number(variable: &str, otherwise: u64) -> Result<u64> {
    let Ok(text) = std::env::var(variable) else { return Ok(otherwise) };
    text.parse().map_err(|_| Error::msg(format!("{variable}={text} is no number")))
}

/// A sidecar for the scenarios that run at the same time, and one for those that disturb others.
struct Pair {
    shared: Arc<Side>,
    alone: Arc<Side>,
}

async fn sides(env: &Env) -> Result<[Pair; 3]> {
    let program = durabletask_go().await?;
    // What is killed keeps its state in a file. daprd's SQLite store fails under load: "database is locked".
    let options = |who: Who, name: &str| {
        let in_memory = who == Who::Daprd && name == "shared";
        let mut options = env.options().store(if in_memory { Store::Memory } else { Store::Sqlite });
        name.clone_into(&mut options.id);
        options
    };
    let mut pairs = Vec::new();
    for who in [Who::Ours, Who::Daprd, Who::Standalone] {
        let mut pair = Vec::new();
        // Both have the same id on every sidecar: it is part of histories.
        for name in ["shared", "alone"] {
            let folder = env.folder().join(who.name());
            std::fs::create_dir_all(&folder)?;
            pair.push(Arc::new(match who {
                Who::Ours => {
                    let mut app = App::embedded(options(who, name), &folder)?;
                    app.start().await?;
                    // Every port of ours speaks gRPC and HTTP.
                    let http = format!("http://127.0.0.1:{}", app.grpc_port());
                    Side::app(who, app, http)
                }
                Who::Daprd => {
                    let app = env.app_with(options(who, name)).await?;
                    let http = app.http();
                    Side::app(who, app, http)
                }
                Who::Standalone => Side::standalone(&program, &folder, name).await?,
            }));
        }
        for side in &pair {
            side.connect().await.map_err(Error::msg)?;
        }
        let [shared, alone] = pair.try_into().map_err(|_| Error::msg("there are two of each"))?;
        pairs.push(Pair { shared, alone });
    }
    pairs.try_into().map_err(|_| Error::msg("there are three sidecars"))
}

/// What a sidecar said to all scenarios that it can play, by their numbers.
async fn play_all(plans: &[(usize, Plan)], pair: &Pair) -> BTreeMap<usize, Trace> {
    let can = |plan: &Plan| match pair.shared.who {
        Who::Standalone => !plan.daprd_only,
        Who::Ours | Who::Daprd => true,
    };
    let run = |alone: bool, at_once: usize| {
        let side = if alone { &pair.alone } else { &pair.shared };
        let mut runs = Vec::new();
        for (number, plan) in plans {
            if plan.alone == alone && can(plan) {
                let (number, plan, side) = (*number, plan.clone(), Arc::clone(side));
                runs.push(async move {
                    let played = tokio::spawn(async move { play(&plan, side, number).await });
                    (number, played.await.unwrap_or_else(|error| vec![error.to_string()]))
                });
            }
        }
        futures_util::stream::iter(runs).buffer_unordered(at_once).collect::<BTreeMap<_, _>>()
    };
    let (mut shared, alone) = tokio::join!(run(false, AT_ONCE), run(true, 1));
    shared.extend(alone);
    shared
}

/// For whoever looks into a difference; what nobody has to look into is removed with the scenario's folder.
fn write_traces(env: &Env, who: Who, plans: &[(usize, Plan)], traces: &BTreeMap<usize, Trace>) -> Result<()> {
    let played = plans.iter().filter_map(|(number, plan)| Some((plan, traces.get(number)?)));
    let text = played.map(|(plan, trace)| format!("=== {}\n{}\n", plan.name, trace.join("\n\n")));
    std::fs::write(env.folder().join(format!("{}.txt", who.name())), text.collect::<String>())?;
    Ok(())
}

fn report(env: &Env, unexplained: &[String]) -> Result<()> {
    if unexplained.is_empty() {
        return Ok(());
    }
    let file = env.folder().join("differences.txt");
    std::fs::write(&file, unexplained.join("\n"))?;
    let shown = unexplained.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n");
    Err(Error::msg(format!(
        "{} differences that nothing explains, all of them in {}:\n{shown}",
        unexplained.len(),
        file.display()
    )))
}

/// Every known difference has its row in the documentation.
fn check_documented(name: &str) -> Result<()> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compatibility.md");
    let text = std::fs::read_to_string(&page)?;
    if text.contains(&format!("| `{name}` |")) {
        return Ok(());
    }
    Err(Error::msg(format!("docs/compatibility.md has no row for the known difference `{name}`")))
}
