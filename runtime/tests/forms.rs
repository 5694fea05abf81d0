//! The forms in which names, arguments, results and failures travel. They end up in users' histories and in programs
//! of other languages, so no release can change them: when a test here fails, it is the code that is wrong.
#![allow(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, but does not see that their helpers are tests too"
)]

#[path = "support/fake.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared with the tests of worker and client, which use other parts of it"
)]
mod fake;

use dacapo::client::RunError;
use dacapo::prelude::*;
use dacapo::{DescribeError, Schedule};
use dacapo_proto::pb;
use pb::OrchestrationStatus as Wire;

use fake::{Call, Fake, Script, activity_item, first_turn, workflow_item};

#[derive(Clone, Serialize, Deserialize)]
struct Order {
    item: String,
    quantity: Option<u32>,
}

struct Shelf;

#[activity]
async fn nothing() {}

#[activity]
async fn maybe(n: Option<u32>) -> Option<u32> {
    n
}

#[activity]
async fn echo(order: Order) -> Order {
    order
}

#[activity]
async fn several(
    _ctx: &ActivityContext,
    _shelf: State<Shelf>,
    a: String,
    b: Option<u32>,
    c: Option<bool>,
) -> String {
    format!("{a} {b:?} {c:?}")
}

#[activity]
async fn r#match() -> u32 {
    1
}

mod shop {
    use dacapo::prelude::*;

    #[activity]
    pub(crate) async fn sell() -> u32 {
        2
    }
}

#[activity(name = "RefundCard")]
async fn refund() -> u32 {
    3
}

#[derive(Debug, thiserror::Error)]
#[error("no stock")]
struct NoStock(#[source] std::fmt::Error);

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
enum PaymentError {
    #[error("declined at {limit}")]
    Declined { limit: u32 },
}

#[derive(Debug, thiserror::Error)]
#[error("wrapped")]
struct Wrapped<T>(T);

#[derive(Debug, thiserror::Error)]
#[error("stolen")]
struct Stolen;

impl DescribeError for Stolen {
    fn error_type(&self) -> Option<&str> {
        Some("card.stolen")
    }

    fn is_non_retriable(&self) -> bool {
        true
    }
}

/// A chain of causes; the value itself is serde, as far as it is not a cause.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
#[error("cause {place}")]
struct Chain {
    place: u32,
    #[serde(skip)]
    #[source]
    cause: Option<Box<Chain>>,
}

impl Chain {
    fn of(causes: u32) -> Self {
        let mut chain = Self { place: causes, cause: None };
        for place in (0..causes).rev() {
            chain = Self { place, cause: Some(Box::new(chain)) };
        }
        chain
    }
}

#[activity]
async fn fail_with_cause() -> Result<(), NoStock> {
    Err(NoStock(std::fmt::Error))
}

#[activity]
async fn fail_with_value() -> Result<(), PaymentError> {
    Err(PaymentError::Declined { limit: 5 })
}

#[activity]
async fn fail_with_argument() -> Result<(), Wrapped<NoStock>> {
    Err(Wrapped(NoStock(std::fmt::Error)))
}

#[activity]
async fn fail_described() -> Result<(), Stolen> {
    Err(Stolen)
}

#[activity]
async fn fail_with_any() -> Result<()> {
    Err(NoStock(std::fmt::Error).into())
}

#[activity]
async fn fail_with_message() -> Result<()> {
    Err(Error::msg("just so"))
}

#[activity]
async fn fail_with_chain(causes: u32) -> Result<(), Chain> {
    Err(Chain::of(causes))
}

async fn worker(fake: &Fake) -> Worker {
    let dapr = Connection::to(&fake.address).unwrap();
    Worker::builder(&dapr).register_all().state(Shelf).start().await.unwrap()
}

async fn answers(calls: &[(&str, Option<&str>)]) -> Vec<pb::ActivityResponse> {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).await;
    fake.opened().await;
    let mut answers = Vec::new();
    for (name, input) in calls {
        fake.send(activity_item(name, *input, 0, ""));
        answers.push(fake.activity().await);
    }
    answers
}

/// What an activity answers to an input, as texts.
async fn check(cases: &[(&str, Option<&str>, Option<&str>)]) {
    let calls: Vec<_> = cases.iter().map(|(name, input, _)| (*name, *input)).collect();
    for ((name, input, result), answer) in cases.iter().zip(answers(&calls).await) {
        assert_eq!(answer.failure_details, None, "{name} of {input:?}");
        assert_eq!(answer.result.as_deref(), *result, "{name} of {input:?}");
    }
}

/// Types and messages of a failure and its causes, outermost first.
fn chain(failure: &pb::TaskFailureDetails) -> Vec<(&str, &str)> {
    std::iter::successors(Some(failure), |failure| failure.inner_failure.as_deref())
        .map(|failure| (&*failure.error_type, &*failure.error_message))
        .collect()
}

async fn check_failures(cases: &[(&str, &[(&str, &str)])]) {
    let calls: Vec<_> = cases.iter().map(|(name, _)| (*name, None)).collect();
    for ((name, expected), answer) in cases.iter().zip(answers(&calls).await) {
        assert_eq!(chain(&answer.failure_details.unwrap()), *expected, "{name}");
    }
}

async fn input_of<C: Schedule>(call: C) -> Option<String> {
    let mut fake = Fake::start(Script::default()).await;
    Client::new(&Connection::to(&fake.address).unwrap()).schedule(call).await.unwrap();
    let Call::Start(request) = fake.next().await else { panic!("it is not started") };
    request.input
}

#[test]
fn the_name_is_the_identifier_without_path_unless_another_is_given() {
    assert_eq!((nothing.name(), r#match.name(), shop::sell.name()), ("nothing", "match", "sell"));
    assert_eq!(refund.name(), "RefundCard");
}

#[tokio::test]
async fn names_are_matched_exactly() {
    check(&[("match", None, Some("1")), ("sell", None, Some("2")), ("RefundCard", None, Some("3"))]).await;
    for answer in answers(&[("Nothing", None), ("refund", None), ("shop::sell", None)]).await {
        assert_eq!(answer.failure_details.unwrap().error_type, "ActivityNotRegistered");
    }
}

#[workflow]
async fn take_none() -> Result<()> {
    Ok(())
}

#[workflow]
async fn take_one(order: Order) -> Result<Option<u32>> {
    Ok(order.quantity)
}

#[workflow]
async fn take_several(ctx: &WorkflowContext, a: String, b: Option<u32>, c: Option<bool>) -> Result<String> {
    ctx.set_custom_status((&a, b))?;
    Ok(format!("{a} {b:?} {c:?}"))
}

#[tokio::test]
async fn no_argument_is_absent_one_is_itself_and_several_are_an_array() {
    assert_eq!(input_of(take_none()).await, None);
    let order = Order { item: "cars".to_owned(), quantity: None };
    assert_eq!(input_of(take_one(order)).await.as_deref(), Some(r#"{"item":"cars","quantity":null}"#));
    let several = take_several("a".to_owned(), Some(1), None);
    assert_eq!(input_of(several).await.as_deref(), Some(r#"["a",1,null]"#));
}

#[tokio::test]
async fn arguments_are_read_as_any_sdk_sends_them() {
    check(&[
        ("nothing", None, None),
        ("nothing", Some("null"), None),
        ("echo", Some(r#"{ "quantity" : 1, "item" : "cars" }"#), Some(r#"{"item":"cars","quantity":1}"#)),
        ("several", Some(r#"["a",1,true]"#), Some(r#""a Some(1) Some(true)""#)),
        ("several", Some(r#"["a",1]"#), Some(r#""a Some(1) None""#)),
        ("several", Some(r#"["a",null]"#), Some(r#""a None None""#)),
        ("several", Some(r#"["a"]"#), Some(r#""a None None""#)),
    ])
    .await;
}

#[tokio::test]
async fn input_that_cannot_be_read_fails_for_good_and_says_why() {
    let calls = [("several", Some("[]")), ("several", Some(r#"["a",1,true,2]"#)), ("echo", Some("7"))];
    let texts = ["argument 1 is missing", "more than the 3 arguments", "the input was: 7"];
    for (answer, text) in answers(&calls).await.into_iter().zip(texts) {
        let failure = answer.failure_details.unwrap();
        assert_eq!((&*failure.error_type, failure.is_non_retriable), ("UndecodableInput", true));
        assert!(failure.error_message.contains(text), "{}", failure.error_message);
    }
}

#[tokio::test]
async fn the_results_unit_and_none_are_absent() {
    check(&[
        ("nothing", None, None),
        ("maybe", None, None),
        ("maybe", Some("null"), None),
        ("maybe", Some(""), None),
        ("maybe", Some("0"), Some("0")),
    ])
    .await;
}

#[tokio::test]
async fn absent_and_null_results_read_alike() {
    for output in [None, Some("null"), Some("")] {
        let script =
            Script::default().state("i", Wire::Completed, |state| state.output = output.map(str::to_owned));
        let fake = Fake::start(script).await;
        let client = Client::new(&Connection::to(&fake.address).unwrap());
        client.run(take_none, "i").result().await.unwrap();
        assert_eq!(client.run(take_one, "i").result().await.unwrap(), None);
        let text = client.run(take_several, "i").result().await;
        assert!(matches!(text, Err(RunError::Undecodable { .. })), "{output:?} is no text: {text:?}");
    }
}

#[tokio::test]
async fn results_and_custom_status_of_a_workflow_are_compact_json() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).await;
    fake.opened().await;
    fake.send(workflow_item(first_turn("i", "take_several", Some(r#"["a",1]"#)), ""));
    let answer = fake.workflow().await;
    assert_eq!(answer.custom_status.as_deref(), Some(r#"["a",1]"#));
    let Some(pb::workflow_action::WorkflowActionType::CompleteWorkflow(completion)) =
        &answer.actions[0].workflow_action_type
    else {
        panic!("{answer:?}")
    };
    assert_eq!(completion.result.as_deref(), Some(r#""a Some(1) None""#));
}

#[tokio::test]
async fn a_failure_has_the_simple_name_the_text_and_the_causes_of_its_error() {
    let cause = ("Error", "an error occurred when formatting an argument");
    check_failures(&[
        ("fail_with_cause", &[("NoStock", "no stock"), cause]),
        ("fail_with_argument", &[("Wrapped", "wrapped")]),
        ("fail_with_any", &[("NoStock", "no stock"), cause]),
        ("fail_with_message", &[("Error", "just so")]),
        ("fail_described", &[("card.stolen", "stolen")]),
    ])
    .await;
}

#[tokio::test]
async fn an_error_says_whether_retries_are_pointless() {
    let marked = answers(&[("fail_described", None), ("fail_with_cause", None)]).await;
    let marked = marked.into_iter().map(|answer| answer.failure_details.unwrap().is_non_retriable);
    assert_eq!(marked.collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn an_error_value_rides_as_the_innermost_cause() {
    let value = ("dacapo.error/1", r#"{"Declined":{"limit":5}}"#);
    check_failures(&[("fail_with_value", &[("PaymentError", "declined at 5"), value])]).await;
}

#[tokio::test]
async fn sixteen_causes_travel_and_the_value_beside_them() {
    for (causes, kept) in [(16, 16), (17, 16)] {
        let answer = answers(&[("fail_with_chain", Some(&*causes.to_string()))]).await.remove(0);
        let failure = answer.failure_details.unwrap();
        let chain = chain(&failure);
        let messages: Vec<_> = (0..=kept).map(|place| format!("cause {place}")).collect();
        let (value, links) = chain.split_last().unwrap();
        assert_eq!(links.iter().map(|(_, message)| *message).collect::<Vec<_>>(), messages);
        assert_eq!(*value, ("dacapo.error/1", r#"{"place":0}"#));
    }
}
