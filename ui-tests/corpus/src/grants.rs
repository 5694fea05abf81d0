//! Rights and accounts: what companies automate first.

use dacapo::prelude::*;

/// What an account is allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// May read.
    Reader,
    /// May write.
    Writer,
    /// May do everything.
    Admin,
}

/// Why an account is not made.
#[derive(Debug, thiserror::Error)]
pub enum OnboardingError {
    /// There is one.
    #[error("{0} is taken")]
    Taken(String),
    /// A step failed.
    #[error("{step} failed: {text}")]
    Step {
        /// Which.
        step: &'static str,
        /// Why.
        text: String,
    },
    /// Anything else.
    #[error(transparent)]
    Other(#[from] serde_json::Error),
}

impl<E> From<Failure<E>> for OnboardingError {
    fn from(failure: Failure<E>) -> Self {
        Self::Step { step: "a call", text: failure.details().message.clone() }
    }
}

/// A person who is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The tools that are needed.
    pub tools: Vec<String>,
}

/// Makes an account and returns its name.
#[activity]
pub async fn create_account(name: String) -> Result<String, OnboardingError> {
    if name == "root" { Err(OnboardingError::Taken(name)) } else { Ok(name.to_lowercase()) }
}

/// Gives an account a role in a tool.
#[activity]
pub async fn grant(account: String, tool: String, role: Role) -> bool {
    role < Role::Admin && !tool.is_empty() && !account.is_empty()
}

/// Takes it back.
#[activity]
pub async fn revoke(account: String, tool: String) -> Result<()> {
    info!("{account} is out of {tool}");
    Ok(())
}

/// Somebody needs it longer.
pub const EXTENDED: Event<Duration> = Event::new("extended");

/// Everything that a new colleague needs, with an error type of our own.
#[workflow]
pub async fn onboard(person: Person) -> Result<Vec<String>, OnboardingError> {
    let account = create_account(person.name).await?;
    let granted = person.tools.iter().map(|tool| grant(account.clone(), tool.clone(), Role::Writer));
    let granted = granted.collect::<Vec<_>>().await;
    let mut usable = Vec::new();
    for (tool, is_granted) in person.tools.into_iter().zip(granted) {
        match is_granted {
            Ok(true) => usable.push(tool),
            Ok(false) => debug!(tool, "not granted"),
            Err(failure) => {
                return Err(OnboardingError::Step { step: "grant", text: failure.to_string() });
            }
        }
    }
    Ok(usable)
}

/// A right for a limited time, which can be extended.
#[workflow]
pub async fn temporary_access(
    ctx: &WorkflowContext,
    account: String,
    tool: String,
    time: Duration,
) -> Result<Timestamp> {
    if !grant(account.clone(), tool.clone(), Role::Reader).await? {
        return Err(Error::with_type("Denied", format!("{account} may not use {tool}")));
    }
    let mut until = ctx.now() + time;
    while let Some(left) = until.duration_since(ctx.now()).filter(|left| !left.is_zero()) {
        match EXTENDED.recv().timeout(left).await {
            Ok(more) => until = until + more,
            Err(EventError::Elapsed) => break,
            Err(other) => warn!("{other}"),
        }
    }
    revoke(account, tool).await?;
    Ok(until)
}

/// Everything is taken back, whatever fails; what failed is listed.
#[workflow]
pub async fn offboard(account: String, tools: Vec<String>) -> Result<Vec<String>> {
    let revoked = tools.iter().map(|tool| revoke(account.clone(), tool.clone())).collect::<Vec<_>>().await;
    let failed =
        tools.into_iter().zip(&revoked).filter(|(_, revoked)| revoked.is_err()).map(|(tool, _)| tool);
    Ok(failed.collect())
}

/// Two people must agree before a powerful role is given, in either order.
#[workflow]
pub async fn four_eyes(account: String, tool: String) -> Result<bool> {
    const SECURITY: Event<bool> = Event::new("security");
    const MANAGER: Event<bool> = Event::new("manager");
    let (security, manager) = (SECURITY.recv(), MANAGER.recv()).await;
    if !(security? && manager?) {
        return Ok(false);
    }
    Ok(grant(account, tool, Role::Writer).await?)
}
