//! Joins, races and limits of time, with their types.

use super::*;

#[activity]
async fn price(item: u32) -> Result<u32> {
    Ok(item)
}

#[activity]
async fn label(text: String) -> String {
    text
}

const READY: Event<u32> = Event::new("ready");

const LIMIT: Duration = Duration::from_secs(5);

/// A helper that takes two turns.
#[durable]
async fn twice(item: u32) -> Result<u32> {
    Ok(price(item).await? + price(item).await?)
}

#[workflow]
async fn joins(more: bool) -> Result<String> {
    let (cost, text) = (price(1), label("a".to_owned())).await;
    let [low, high] = [price(2), price(3)].await;
    let many: Vec<u32> =
        (4..7).map(price).collect::<Vec<_>>().await.into_iter().map(|one| one.unwrap_or(0)).collect();
    let (some, none) =
        (more.then(|| price(7)).await.transpose()?, (!more).then(|| price(8)).await.transpose()?);
    Ok(format!("{} {} {} {} {many:?} {some:?} {none:?}", cost?, text?, low?, high?))
}

#[workflow]
async fn races() -> Result<String> {
    let first = match race((price(1), label("a".to_owned()))).await {
        OneOf2::First(price) => price?.to_string(),
        OneOf2::Second(text) => text?,
    };
    let (place, second) = race(vec![price(2), price(3)]).await;
    let (third_place, third) = race([price(4), price(5)]).await;
    Ok(format!("{first} {place} {} {third_place} {}", second?, third?))
}

/// Two that are done at one event: the first in source order wins, not the first that was done.
#[workflow]
async fn selects(ctx: &WorkflowContext) -> Result<String> {
    let (one, two) = (ctx.start(price(1)), ctx.start(price(2)));
    READY.recv().await?;
    let winner = select! {
        price = two => { price?; "two" },
        price = one => { price?; "one" },
    };
    Ok(winner.to_owned())
}

#[workflow]
async fn loses_a_wait() -> Result<u32> {
    match race((READY.recv(), price(1))).await {
        OneOf2::First(ready) => Ok(ready?),
        OneOf2::Second(price) => Ok(price? + READY.recv().await?),
    }
}

#[workflow]
async fn fails_fast(ctx: &WorkflowContext, kind: u32) -> Result<u32> {
    match kind {
        0 => Ok(all((price(1), price(2))).await.map(|(one, two)| one + two)?),
        1 => Ok(all(vec![price(1), price(2)]).await?.into_iter().sum()),
        2 => Ok(all([price(1), price(2)]).await?.into_iter().sum()),
        _ => Ok(all((ctx.start(price(1)), async { Ok(READY.recv().await.unwrap_or(0)) }))
            .await
            .map(|(one, two)| one + two)?),
    }
}

#[workflow]
async fn two_at_a_time(count: u32) -> Result<Vec<u32>> {
    let mut prices = Vec::new();
    for price in (0..count).map(price).buffered(2).await {
        prices.push(price?);
    }
    Ok(prices)
}

/// Everything that may have a limit of time, by number.
#[workflow]
async fn limited(ctx: &WorkflowContext, kind: u32) -> Result<Option<u32>> {
    let limited = match kind {
        0 => price(1).timeout(LIMIT).await,
        1 => twice(1).timeout(LIMIT).await.map(|twice| Ok(twice.unwrap_or(0))),
        2 => async { price(1).await }.timeout(LIMIT).await,
        3 => (price(1), price(2)).timeout(LIMIT).await.map(|(one, _)| one),
        4 => vec![price(1), price(2)].timeout(LIMIT).await.map(|mut prices| prices.remove(0)),
        5 => [price(1)].timeout(LIMIT).await.map(|[one]| one),
        6 => Some(price(1)).timeout(LIMIT).await.map(|one| one.unwrap_or(Ok(0))),
        7 => race(vec![price(1), price(2)]).timeout(LIMIT).await.map(|(_, one)| one),
        8 => all(vec![price(1)]).timeout(LIMIT).await.map(|prices| prices.map(|prices| prices[0])),
        9 => [1].map(price).buffered(1).timeout(LIMIT).await.map(|mut prices| prices.remove(0)),
        10 => ctx.start(price(1)).timeout(LIMIT).await,
        11 => price(1).timeout(LIMIT).timeout(LIMIT).await.unwrap_or(Err(Elapsed)),
        _ => payments(1).timeout(LIMIT).await.map(|paid| Ok(u32::try_from(paid.unwrap_or(0)).unwrap_or(0))),
    };
    Ok(limited.ok().transpose()?)
}

fn ids(actions: &[Action]) -> Vec<i32> {
    actions.iter().map(|action| action.id).collect()
}

/// The only action, which ends the workflow.
fn result(actions: &[Action]) -> &str {
    let (status, result) = completed(actions);
    assert_eq!(status, CompletionStatus::Completed);
    result.unwrap()
}

#[test]
fn tuples_arrays_and_vecs_schedule_their_members_in_order_and_keep_their_types() {
    let mut instance = Instance::new();
    let first = instance.actions([started("joins", "true")]);
    assert_eq!(scheduled(&first), [(0, "price", Some("1")), (1, "label", Some("\"a\""))]);
    assert!(ids(&instance.actions([done(1, "\"a\"")])).is_empty());
    let second = instance.actions([done(0, "1")]);
    assert_eq!(scheduled(&second), [(2, "price", Some("2")), (3, "price", Some("3"))]);
    assert_eq!(ids(&instance.actions([done(3, "3"), done(2, "2")])), [4, 5, 6]);
    let fourth = instance.actions([done(6, "6"), done(5, "5"), done(4, "4")]);
    assert_eq!(scheduled(&fourth), [(7, "price", Some("7"))]);
    assert_eq!(result(&instance.actions([done(7, "7")])), r#""1 a 2 3 [4, 5, 6] Some(7) None""#);
}

#[test]
fn races_name_the_winner_by_type_or_by_place() {
    let mut instance = Instance::new();
    assert_eq!(ids(&instance.actions([started("races", "null")])), [0, 1]);
    assert_eq!(ids(&instance.actions([done(1, "\"a\"")])), [2, 3]);
    assert_eq!(ids(&instance.actions([done(0, "9"), done(3, "3")])), [4, 5]);
    assert_eq!(result(&instance.actions([done(4, "4")])), r#""a 1 3 0 4""#);
}

#[test]
fn select_takes_the_first_in_source_order_of_those_that_are_done() {
    let mut instance = Instance::new();
    assert_eq!(ids(&instance.actions([started("selects", "null")])), [0, 1, 2]);
    instance.actions([done(0, "1"), done(1, "2")]);
    assert_eq!(result(&instance.actions([raised("ready", "1")])), "\"two\"");
}

#[test]
fn an_event_after_a_lost_race_reaches_the_next_wait() {
    let mut instance = Instance::new();
    assert_eq!(ids(&instance.actions([started("loses_a_wait", "null")])), [0, 1]);
    assert_eq!(ids(&instance.actions([done(1, "1")])), [2]);
    assert_eq!(result(&instance.actions([raised("ready", "2")])), "3");
}

#[test]
fn all_yields_all_values_or_the_first_failure() {
    for kind in ["0", "1", "2"] {
        let mut instance = Instance::new();
        assert_eq!(ids(&instance.actions([started("fails_fast", kind)])), [0, 1]);
        assert_eq!(result(&instance.actions([done(1, "2"), done(0, "1")])), "3", "kind {kind}");
        let mut instance = Instance::new();
        instance.actions([started("fails_fast", kind)]);
        let last = instance.actions([failed(1, FailureDetails::new("Sold", "out"))]);
        assert_eq!(completed(&last).0, CompletionStatus::Failed, "kind {kind}");
    }
    let mut instance = Instance::new();
    instance.actions([started("fails_fast", "3")]);
    assert!(ids(&instance.actions([raised("ready", "2")])).is_empty());
    assert_eq!(result(&instance.actions([done(0, "1")])), "3", "members of different kinds");
}

#[test]
fn a_bounded_fan_out_refills_and_keeps_the_order_of_its_input() {
    let mut instance = Instance::new();
    assert_eq!(ids(&instance.actions([started("two_at_a_time", "3")])), [0, 1]);
    assert_eq!(ids(&instance.actions([done(1, "11")])), [2]);
    assert!(ids(&instance.actions([done(2, "12")])).is_empty());
    assert_eq!(result(&instance.actions([done(0, "10")])), "[10,11,12]");
}

#[test]
fn everything_durable_can_have_a_limit_of_time_which_takes_the_id_after_its_own() {
    for kind in 0..=12 {
        let mut instance = Instance::new();
        let first = instance.actions([started("limited", &kind.to_string())]);
        let Some(Action { id, kind: ActionKind::CreateTimer { .. }, .. }) = first.last() else {
            panic!("kind {kind} has no timer: {first:?}");
        };
        let last = instance.actions([fired(*id)]);
        assert_eq!(completed(&last), (CompletionStatus::Completed, None), "kind {kind}");
    }
}

#[test]
fn what_is_done_within_its_limit_yields_its_value() {
    for kind in 0..=11 {
        let mut instance = Instance::new();
        instance.actions([started("limited", &kind.to_string())]);
        let mut last = instance.actions([done(0, "1")]);
        match kind {
            1 => last = instance.actions([done(2, "1")]),
            3 | 4 => last = instance.actions([done(1, "2")]),
            _ => {}
        }
        assert_eq!(result(&last), if kind == 1 { "2" } else { "1" }, "kind {kind}");
    }
}

#[test]
fn an_event_that_comes_too_late_goes_to_the_next_wait() {
    let mut instance = Instance::new();
    instance.actions([started("approved", "null")]);
    let last = instance.actions([fired(0), raised("approval", "true")]);
    assert_eq!(completed(&last), (CompletionStatus::Completed, Some("false")));
}
