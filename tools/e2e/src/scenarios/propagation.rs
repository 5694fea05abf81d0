//! History that is handed down.

use dacapo::client::HistoryEvent;
use dacapo::prelude::*;
use dacapo::{PropagatedHistory, Propagation};

use super::support::{SOON, event_id};
use crate::scenario::Env;

super::scenarios![
    history_for_an_activity.since(1, 18),
    history_for_a_child.since(1, 18),
    history_over_three_generations_of_callers.since(1, 18),
    history_is_not_handed_down_unasked.since(1, 18),
    history_through_continue_as_new.since(1, 18),
];

/// What was handed down: the workflows by name, and how often `step` completed in each.
type Seen = Option<Vec<(String, usize)>>;

fn seen(history: Option<&PropagatedHistory>) -> Seen {
    let history = history?;
    let steps = |workflow: &dacapo::PropagatedWorkflow| {
        workflow.activities("step").into_iter().filter(|call| call.completed).count()
    };
    Some(history.workflows().iter().map(|workflow| (workflow.name.clone(), steps(workflow))).collect())
}

#[activity]
async fn step() -> u32 {
    1
}

#[activity]
async fn look(ctx: &ActivityContext) -> Result<Seen> {
    Ok(seen(ctx.propagated_history()))
}

#[workflow]
async fn hands_to_an_activity(ask: bool) -> Result<Seen> {
    step().await?;
    step().await?;
    Ok(if ask { look().propagate(Propagation::OwnHistory).await? } else { look().await? })
}

async fn history_for_an_activity(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(hands_to_an_activity).activity(step).activity(look).start().await?;
    let run = app.client().schedule(hands_to_an_activity(true).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, Some(vec![("hands_to_an_activity".to_owned(), 2)]));
    worker.shutdown().await
}

#[workflow]
async fn reader(ctx: &WorkflowContext) -> Result<Seen> {
    Ok(seen(ctx.propagated_history()))
}

#[workflow]
async fn hands_to_a_child() -> Result<Seen> {
    step().await?;
    Ok(reader().propagate(Propagation::OwnHistory).await?)
}

async fn history_for_a_child(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(hands_to_a_child).workflow(reader).activity(step).start().await?;
    let run = app.client().schedule(hands_to_a_child().id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, Some(vec![("hands_to_a_child".to_owned(), 1)]));
    worker.shutdown().await
}

#[workflow]
async fn grandparent(lineage: bool) -> Result<Seen> {
    step().await?;
    step().await?;
    Ok(middle(lineage).propagate(Propagation::Lineage).await?)
}

#[workflow]
async fn middle(lineage: bool) -> Result<Seen> {
    step().await?;
    let scope = if lineage { Propagation::Lineage } else { Propagation::OwnHistory };
    Ok(reader().propagate(scope).await?)
}

async fn history_over_three_generations_of_callers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker =
        app.worker().workflow(grandparent).workflow(middle).workflow(reader).activity(step).start().await?;
    let run = app.client().schedule(grandparent(true).id(env.id("lineage"))).await?;
    assert_eq!(
        run.result_within(SOON).await?,
        Some(vec![("grandparent".to_owned(), 2), ("middle".to_owned(), 1)])
    );
    let run = app.client().schedule(grandparent(false).id(env.id("own"))).await?;
    assert_eq!(run.result_within(SOON).await?, Some(vec![("middle".to_owned(), 1)]));
    worker.shutdown().await
}

async fn history_is_not_handed_down_unasked(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(hands_to_an_activity).activity(step).activity(look).start().await?;
    let run = app.client().schedule(hands_to_an_activity(false).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, None);
    let from = event_id(
        run.instance(),
        |event| matches!(event, HistoryEvent::ActivityScheduled { name, .. } if name == "look"),
    )
    .await?;
    let again = run.instance().rerun_from(from, Default::default()).await?;
    assert_eq!(app.client().run(hands_to_an_activity, again.id()).result_within(SOON).await?, None);
    worker.shutdown().await
}

#[workflow]
async fn reads_later(ctx: &WorkflowContext, generation: u32) -> Result<Seen> {
    if generation == 0 {
        step().await?;
        return reads_later(1).continue_as_new().await;
    }
    Ok(seen(ctx.propagated_history()))
}

#[workflow]
async fn hands_to_a_child_that_continues() -> Result<Seen> {
    step().await?;
    Ok(reads_later(0).propagate(Propagation::Lineage).await?)
}

async fn history_through_continue_as_new(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app
        .worker()
        .workflow(hands_to_a_child_that_continues)
        .workflow(reads_later)
        .activity(step)
        .start()
        .await?;
    let run = app.client().schedule(hands_to_a_child_that_continues().id(env.id("a"))).await?;
    let expected = [("hands_to_a_child_that_continues", 1), ("reads_later", 1)]
        .map(|(name, steps)| (name.to_owned(), steps));
    assert_eq!(run.result_within(SOON).await?, Some(expected.to_vec()));
    worker.shutdown().await
}
