//! Bad deploys: an instance that today's code cannot go on with waits for code that can.

use dacapo::RuntimeError;
use dacapo::client::{HistoryEvent, Instance, RunError, Status};
use dacapo::prelude::*;
use dacapo::worker::ProblemPolicy;

use super::support::{GO, SOON, events, until, until_status};
use crate::harness::{App, logs};
use crate::scenario::{Env, Target};

super::scenarios![
    bad_deploy_recovers,
    unknown_workflow_name_recovers,
    divergence_stalls_and_recovers.since(1, 17),
    divergence_fails_when_asked_to,
    unreadable_input_stalls_and_recovers.since(1, 17),
    unreadable_result_stalls_and_recovers.since(1, 17),
    child_without_its_code_recovers,
];

#[activity]
async fn old_step() -> u32 {
    1
}

#[activity]
async fn new_step() -> u32 {
    2
}

mod before {
    use super::*;

    #[workflow(name = "edited")]
    pub(super) async fn edited(ctx: &WorkflowContext) -> Result<u32> {
        let n = old_step().await?;
        ctx.set_custom_status("stepped")?;
        GO.recv().await?;
        Ok(n)
    }
}

mod after {
    use super::*;

    #[workflow(name = "edited")]
    pub(super) async fn edited() -> Result<u32> {
        let n = new_step().await?;
        GO.recv().await?;
        Ok(n)
    }
}

#[workflow]
async fn unrelated() -> Result<()> {
    Ok(())
}

/// An instance of the old code that has taken its step, and no worker.
async fn after_the_step(env: &Env, app: &App) -> Result<Instance> {
    let worker = app.worker().workflow(before::edited).activity(old_step).start().await?;
    let run = app.client().schedule(before::edited().id(env.id("a"))).await?;
    let stepped = async || Ok(run.status().await?.custom_status.is_some());
    until("the step to end".to_owned(), stepped).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    Ok(run.instance().clone())
}

/// Whatever the release does meanwhile: the instance ends well once the right code is back.
async fn bad_deploy_recovers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let instance = after_the_step(&env, &app).await?;
    let worker = app.worker().workflow(after::edited).activity(new_step).start().await?;
    instance.raise(GO, ()).await?;
    let reported = || !logs::lines_with(&["ERROR", &env.id("a"), "old_step", "new_step"]).is_empty();
    until("the log to name both sides".to_owned(), || async { Ok(reported()) }).await?;
    assert!(!instance.get().await?.status.is_terminal());
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(before::edited).activity(old_step).start().await?;
    until_status(&instance, Status::Completed).await?;
    worker.shutdown().await
}

/// An instance that has not begun cannot stall on daprd: it stays pending there.
async fn unknown_workflow_name_recovers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(unrelated).start().await?;
    let run = app.client().schedule(before::edited().start_at(Timestamp::UNIX_EPOCH).id(env.id("a"))).await?;
    let reported = || logs::lines_with(&["ERROR", &env.id("a"), "`edited`"]).len();
    until("the log to name the workflow".to_owned(), || async { Ok(reported() > 0) }).await?;
    let status = run.status().await?.status;
    assert!(matches!(status, Status::Pending | Status::Stalled), "{status}");
    let blocked =
        app.client().deadline(Duration::from_secs(1)).schedule(before::edited().id(env.id("b"))).await;
    assert!(
        matches!(&blocked, Err(RuntimeError::TimedOut { what, .. }) if what.contains("`edited`"))
            || env.target() == Target::Embedded,
        "{blocked:?}"
    );
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(before::edited).activity(old_step).start().await?;
    for id in ["a", "b"] {
        let run = app.client().run(before::edited, env.id(id));
        until_status(run.instance(), Status::Running).await?;
        run.raise(GO, ()).await?;
        assert_eq!(run.result_within(SOON).await?, 1);
    }
    assert_eq!(reported(), 1, "one line an instance");
    worker.shutdown().await
}

async fn divergence_stalls_and_recovers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let instance = after_the_step(&env, &app).await?;
    let run = app.client().run(before::edited, instance.id());
    let worker = app.worker().workflow(after::edited).activity(new_step).start().await?;
    run.raise(GO, ()).await?;
    until_status(&instance, Status::Stalled).await?;
    let Err(RunError::Stalled { .. }) = run.result_within(SOON).await else { panic!("it is stalled") };
    let lines = logs::lines_with(&["ERROR", instance.id()]);
    assert!(
        matches!(&lines[..], [line] if line.contains("old_step") && line.contains("new_step")),
        "{lines:?}"
    );
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(before::edited).activity(old_step).start().await?;
    // While it is taken up it still looks stalled, which a wait for the result reports after a while.
    until_status(run.instance(), Status::Completed).await?;
    assert_eq!(run.result_within(SOON).await?, 1);
    worker.shutdown().await
}

async fn divergence_fails_when_asked_to(env: Env) -> Result<()> {
    let app = env.app().await?;
    let instance = after_the_step(&env, &app).await?;
    let worker = app.worker().workflow(after::edited).activity(new_step);
    let worker = worker.on_problem(ProblemPolicy::Fail).start().await?;
    instance.raise(GO, ()).await?;
    let run = app.client().run(after::edited, instance.id());
    let Err(RunError::Failed(failure)) = run.result_within(SOON).await else { panic!("it fails") };
    assert_eq!(failure.details().error_type, "WorkflowDiverged");
    worker.shutdown().await
}

mod words {
    use super::*;

    #[workflow(name = "typed")]
    pub(super) async fn typed(input: String) -> Result<String> {
        GO.recv().await?;
        Ok(input)
    }
}

mod numbers {
    use super::*;

    #[workflow(name = "typed")]
    pub(super) async fn typed(input: u64) -> Result<String> {
        GO.recv().await?;
        Ok(input.to_string())
    }
}

async fn unreadable_input_stalls_and_recovers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(words::typed).start().await?;
    let run = app.client().schedule(words::typed("seven".to_owned()).id(env.id("a"))).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(numbers::typed).start().await?;
    run.raise(GO, ()).await?;
    until_status(run.instance(), Status::Stalled).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(words::typed).start().await?;
    until_status(run.instance(), Status::Completed).await?;
    assert_eq!(run.result_within(SOON).await?, "seven");
    worker.shutdown().await
}

mod answers_in_words {
    use super::*;

    #[activity(name = "answer")]
    pub(super) async fn answer() -> String {
        "seven".to_owned()
    }

    #[workflow(name = "asks")]
    pub(super) async fn asks() -> Result<String> {
        let answer = answer().await?;
        GO.recv().await?;
        Ok(answer)
    }
}

mod answers_in_numbers {
    use super::*;

    #[activity(name = "answer")]
    pub(super) async fn answer() -> u64 {
        7
    }

    #[workflow(name = "asks")]
    pub(super) async fn asks() -> Result<String> {
        let answer = answer().await?;
        GO.recv().await?;
        Ok(answer.to_string())
    }
}

async fn unreadable_result_stalls_and_recovers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker =
        app.worker().workflow(answers_in_words::asks).activity(answers_in_words::answer).start().await?;
    let run = app.client().schedule(answers_in_words::asks().id(env.id("a"))).await?;
    let step_ended = async || {
        Ok(events(run.instance())
            .await?
            .iter()
            .any(|event| matches!(event, HistoryEvent::ActivityCompleted { .. })))
    };
    until("the step to end".to_owned(), step_ended).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker =
        app.worker().workflow(answers_in_numbers::asks).activity(answers_in_numbers::answer).start().await?;
    run.raise(GO, ()).await?;
    until_status(run.instance(), Status::Stalled).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker =
        app.worker().workflow(answers_in_words::asks).activity(answers_in_words::answer).start().await?;
    until_status(run.instance(), Status::Completed).await?;
    assert_eq!(run.result_within(SOON).await?, "seven");
    worker.shutdown().await
}

#[workflow]
async fn parent(child_id: String) -> Result<u32> {
    Ok(before::edited().id(child_id).await?)
}

async fn child_without_its_code_recovers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(parent).start().await?;
    let run = app.client().schedule(parent(env.id("child")).id(env.id("parent"))).await?;
    let reported = || !logs::lines_with(&["ERROR", &env.id("child"), "`edited`"]).is_empty();
    until("the log to name the workflow".to_owned(), || async { Ok(reported()) }).await?;
    assert_eq!(run.status().await?.status, Status::Running);
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(parent).workflow(before::edited).activity(old_step).start().await?;
    let child = app.client().instance(env.id("child"));
    until_status(&child, Status::Running).await?;
    child.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, 1);
    worker.shutdown().await
}
