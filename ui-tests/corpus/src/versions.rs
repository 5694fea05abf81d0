//! Code that changes while instances run.

use dacapo::prelude::*;

/// Tells a user by one of two ways.
#[activity]
pub async fn notify_user(user: String, by: String) -> String {
    format!("{user} by {by}")
}

/// The workflow as it was first.
#[workflow(name = "NotifyUser", version = "1")]
pub async fn notify_user_v1(user: String) -> Result<String> {
    Ok(notify_user(user, "email".to_owned()).await?)
}

/// The workflow that new instances take.
#[workflow(name = "NotifyUser", version = "2", latest)]
pub async fn notify_user_v2(user: String) -> Result<String> {
    let (mail, text) =
        (notify_user(user.clone(), "email".to_owned()), notify_user(user, "sms".to_owned())).await;
    Ok(format!("{}, {}", mail?, text?))
}

/// A patch: instances that began before it go the old way.
#[workflow]
pub async fn patched(ctx: &WorkflowContext, user: String) -> Result<String> {
    let by = if ctx.is_patched("push-instead-of-email") { "push" } else { "email" };
    let told = notify_user(user.clone(), by.to_owned()).await?;
    if !ctx.is_patched("no-second-notice") {
        return Ok(told);
    }
    Ok(format!("{told}; {}", notify_user(user, "letter".to_owned()).await?))
}

/// A step that came later stands in a helper, behind its patch.
#[workflow]
pub async fn patched_in_a_helper(user: String) -> Result<Vec<String>> {
    let mut told = vec![notify_user(user.clone(), "email".to_owned()).await?];
    told.extend(audited(&user).await?);
    Ok(told)
}

/// The audit that the law demands since then.
#[durable]
async fn audited(ctx: &WorkflowContext, user: &str) -> Result<Option<String>> {
    if !ctx.is_patched("audit") {
        return Ok(None);
    }
    Ok(Some(notify_user(user.to_owned(), "audit log".to_owned()).await?))
}
