//! People in the loop: approvals, codes, reminders.

use dacapo::prelude::*;

/// A request for money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expense {
    /// Who spent it.
    pub employee: String,
    /// How much, in cents.
    pub amount: u64,
}

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who answered.
    pub approver: String,
    /// Yes or no.
    pub approved: bool,
}

/// How an expense ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It is paid.
    Approved,
    /// Somebody said no.
    Rejected,
    /// Nobody said anything.
    TimedOut,
}

/// Somebody decides about an expense.
pub const DECISION: Event<Decision> = Event::new("decision");
/// The code that a person typed.
pub const CODE: Event<u32> = Event::new("code");
/// The author sends a new text.
pub const REVISION: Event<String> = Event::new("revision");
/// The author gives up.
pub const WITHDRAWN: Event<()> = Event::new("withdrawn");

const APPROVAL_LIMIT: u64 = 25_000;

/// Asks somebody to decide.
#[activity]
pub async fn ask(approver: String, expense: Expense) -> Result<()> {
    info!("{approver}, {} wants {} cents", expense.employee, expense.amount);
    Ok(())
}

/// Pays an expense.
#[activity]
pub async fn reimburse(expense: Expense) -> Result<u64> {
    Ok(expense.amount)
}

/// Sends a code to a phone and returns it.
#[activity]
pub async fn send_code(phone: String) -> u32 {
    phone.bytes().map(u32::from).sum::<u32>() % 10_000
}

/// Has a model read a text.
#[activity(retry(max_attempts = 4, first_interval = "1s", backoff = 1.5, max_interval = "20s"))]
pub async fn summarise(text: String) -> Result<String> {
    text.split('.').next().map(str::to_owned).ok_or_else(|| Error::msg("there is no text"))
}

/// Waits for one answer, for a limited time; small sums need none.
#[workflow]
pub async fn expense_approval(expense: Expense, patience: Duration) -> Result<Verdict> {
    if expense.amount <= APPROVAL_LIMIT {
        reimburse(expense).await?;
        return Ok(Verdict::Approved);
    }
    ask("manager".to_owned(), expense.clone()).await?;
    let decision = match DECISION.recv().timeout(patience).await {
        Ok(decision) => decision,
        Err(EventError::Elapsed) => return Ok(Verdict::TimedOut),
        Err(undecodable) => return Err(undecodable.into()),
    };
    if !decision.approved {
        return Ok(Verdict::Rejected);
    }
    reimburse(expense).await?;
    Ok(Verdict::Approved)
}

/// Goes one level up whenever nobody answers.
#[workflow]
pub async fn escalation(expense: Expense, patience: Duration) -> Result<Option<Decision>> {
    for approver in ["team lead", "head of department", "director"] {
        ask(approver.to_owned(), expense.clone()).await?;
        if let Ok(decision) = DECISION.recv().timeout(patience).await {
            return Ok(Some(decision));
        }
        warn!(approver, "no answer");
    }
    Ok(None)
}

/// Three tries to type the code, against the clock.
#[workflow]
pub async fn phone_verification(ctx: &WorkflowContext, phone: String, within: Duration) -> Result<bool> {
    let sent = send_code(phone).await?;
    let deadline = ctx.now() + within;
    for _ in 0..3 {
        select! {
            typed = CODE.recv() => {
                if typed? == sent {
                    return Ok(true);
                }
            }
            () = ctx.create_timer_at(deadline) => return Ok(false),
        }
    }
    Ok(false)
}

/// As many approvals as are asked for, whoever they come from; a single no ends it.
#[workflow]
pub async fn quorum(ctx: &WorkflowContext, expense: Expense, needed: usize) -> Result<Verdict> {
    let mut approvers = std::collections::BTreeSet::new();
    let requests = ["ada", "grace", "edsger"].map(|person| ask(person.to_owned(), expense.clone()));
    for asked in requests.await {
        asked?;
    }
    while approvers.len() < needed {
        ctx.set_custom_status(&approvers)?;
        let Decision { approver, approved } = DECISION.recv().await?;
        if !approved {
            return Ok(Verdict::Rejected);
        }
        approvers.insert(approver);
    }
    Ok(Verdict::Approved)
}

/// Review of a document, with as many revisions as it takes and a reminder every week.
#[workflow]
pub async fn document_review(ctx: &WorkflowContext, mut text: String) -> Result<Option<String>> {
    let mut reminders = 0;
    'review: loop {
        let summary = summarise(text.clone()).await?;
        ctx.set_custom_status(summary)?;
        loop {
            let outcome = race((
                DECISION.recv(),
                REVISION.recv(),
                WITHDRAWN.recv(),
                ctx.create_timer(Duration::from_hours(7 * 24)).name("reminder"),
            ));
            match outcome.await {
                OneOf4::First(Ok(Decision { approved: true, .. })) => break 'review,
                OneOf4::First(Ok(decision)) => info!("{} wants changes", decision.approver),
                OneOf4::Second(Ok(revised)) => {
                    text = revised;
                    continue 'review;
                }
                OneOf4::Fourth(()) if reminders < 4 => reminders += 1,
                OneOf4::Third(Ok(())) | OneOf4::Fourth(()) => return Ok(None),
                OneOf4::First(Err(error)) | OneOf4::Second(Err(error)) | OneOf4::Third(Err(error)) => {
                    return Err(error.into());
                }
            }
        }
    }
    Ok(Some(text))
}

/// A model writes, a person agrees, or gives up after a while.
#[workflow]
pub async fn assisted_answer(question: String) -> Result<String> {
    let draft = summarise(question).await?;
    let approved =
        DECISION.recv().timeout(Duration::from_hours(1)).await.is_ok_and(|decision| decision.approved);
    Ok(if approved { draft } else { format!("(not approved) {draft}") })
}
