//! Workflows that call workflows.

use dacapo::prelude::*;

use crate::chaining::append;

/// Adds two words: the child of the tutorial.
#[workflow]
pub async fn child(text: String) -> Result<String> {
    let once = append(text, "is processed".to_owned()).await?;
    Ok(append(once, "as a child workflow.".to_owned()).await?)
}

/// Tutorial: one child an item, all at once.
#[workflow]
pub async fn parent(items: Vec<String>) -> Result<Vec<String>> {
    let children = items.into_iter().map(child).collect::<Vec<_>>();
    let mut texts = Vec::with_capacity(children.len());
    for text in children.await {
        texts.push(text?);
    }
    Ok(texts)
}

/// Children with ids of their own, so that others find them; each is retried as a whole.
#[workflow]
pub async fn named_children(ctx: &WorkflowContext, items: Vec<String>) -> Result<usize> {
    let policy = RetryPolicy::new(3).first_interval(Duration::from_millis(5)).backoff(2.0);
    let calls = items.into_iter().enumerate().map(|(number, item)| {
        child(item).id(format!("{}-item-{number}", ctx.instance_id())).retry(policy.clone())
    });
    let done = calls.collect::<Vec<_>>().await;
    Ok(done.iter().filter(|text| text.is_ok()).count())
}

/// A workflow that calls itself: sorts halves as children and merges them.
#[workflow]
pub async fn merge_sort(numbers: Vec<i64>) -> Result<Vec<i64>> {
    if numbers.len() < 2 {
        return Ok(numbers);
    }
    let (left, right) = numbers.split_at(numbers.len() / 2);
    let (left, right) = (merge_sort(left.to_vec()), merge_sort(right.to_vec())).await;
    let (left, right) = (left?, right?);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let smaller = if a <= b { left.next() } else { right.next() };
        merged.extend(smaller);
    }
    merged.extend(left.chain(right));
    Ok(merged)
}

/// A node of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// How many people are in it.
    pub people: u32,
    /// The teams below it.
    pub teams: Vec<Team>,
}

/// Counts the people of a tree, one child workflow a team.
#[workflow]
pub async fn headcount(team: Team) -> Result<u32> {
    let Team { name, people, teams } = team;
    debug!("{name} has {} teams", teams.len());
    let below = all(teams.into_iter().map(headcount).collect::<Vec<_>>()).await?;
    Ok(people + below.iter().sum::<u32>())
}

/// A child that may be late: the parent goes on with a default.
#[workflow]
pub async fn impatient_parent(text: String, patience: Duration) -> Result<String> {
    let answer = child(text.clone()).timeout(patience).await;
    match answer {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(failure)) => Err(failure.into()),
        Err(Elapsed) => Ok(format!("{text}, unprocessed")),
    }
}
