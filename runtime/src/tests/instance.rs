//! What a workflow knows of itself: versions, patches, and history that was handed down.

use std::rc::Rc;

use dacapo_proto::pb;

use super::*;
use crate::propagated::PropagatedHistory;

// The macro sees a question in the body of a version; this one it does not see.
fn franks(ctx: &WorkflowContext) -> bool {
    ctx.is_patched("franking")
}

#[workflow(name = "mailing", version = "1")]
async fn mailing_1(ctx: &WorkflowContext) -> Result<bool> {
    Ok(franks(ctx))
}

#[workflow]
async fn posting(ctx: &WorkflowContext) -> Result<bool> {
    Ok(ctx.is_patched("franking"))
}

/// Who handed history down, from the farthest to the nearest.
#[workflow]
async fn traces(ctx: &WorkflowContext) -> Result<Option<String>> {
    let before = ctx.propagated_history().map(|history| history.app_ids().join(" "));
    notify(String::new()).await?;
    let after = ctx.propagated_history().map(|history| history.app_ids().join(" "));
    Ok(before.filter(|before| Some(before) == after.as_ref()))
}

#[test]
fn a_version_together_with_patches_is_a_problem_in_our_words() {
    let Outcome::Problem(problem) = Instance::new().turn([started("mailing", "null")]) else {
        panic!("it is refused")
    };
    let text = problem.to_string();
    assert!(
        text.contains("version 1 of workflow `mailing`") && text.contains("the patch `franking`"),
        "{text}"
    );
    assert!(text.contains("patches or versions, not both"), "{text}");
    let last = Instance::new().actions([started("posting", "null")]);
    assert_eq!(completed(&last), (CompletionStatus::Completed, Some("true")));
}

#[test]
fn history_that_was_handed_down_is_the_same_on_every_replay() {
    let chunk = |app_id: &str| pb::PropagatedHistoryChunk { app_id: app_id.to_owned(), ..Default::default() };
    let message = pb::PropagatedHistory { scope: 2, chunks: vec![chunk("shop"), chunk("bank")] };
    let history = Rc::new(PropagatedHistory::read(message).expect("it is valid"));
    for (attachment, expected) in [(Some(history), Some("\"shop bank\"")), (None, None)] {
        let mut instance =
            Instance { attachment: attachment.map(|history| history as Rc<dyn Any>), ..Instance::new() };
        instance.actions([started("traces", "null")]);
        assert_eq!(completed(&instance.actions([done(0, "null")])), (CompletionStatus::Completed, expected));
    }
}

#[workflow]
async fn ships_elsewhere(ctx: &WorkflowContext) -> Result<u32> {
    drop(ctx.start(add(1, None).app("bank")));
    drop(ctx.start(add(2, None).app_in("europe", "bank")));
    drop(ctx.start(posting().app_in("europe", "post")));
    drop(ctx.start(posting().retry(RetryPolicy::new(2)).app_in("asia", "post")));
    ctx.start_detached(posting().tag("kind", "letter").app_in("africa", "post"))?;
    Ok(add(3, None).await?)
}

#[test]
fn work_for_another_app_may_be_in_another_namespace() {
    let actions = Instance::new().actions([started("ships_elsewhere", "null")]);
    let routes: Vec<_> = actions
        .iter()
        .map(|action| action.router.as_ref())
        .map(|router| router.map(|router| (router.target_app.as_deref(), router.target_namespace.as_deref())))
        .collect();
    let to = |namespace, app| Some((Some(app), namespace));
    let expected = [
        to(None, "bank"),
        to(Some("europe"), "bank"),
        to(Some("europe"), "post"),
        to(Some("asia"), "post"),
        to(Some("africa"), "post"),
        None,
    ];
    assert_eq!(routes, expected);
}
