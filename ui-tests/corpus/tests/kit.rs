//! The corpus on the testing kit: correct workflows cause no alarm, although each of their turns is replayed from nothing
//! several times, and although their worker is lost at random.

use std::collections::BTreeMap;

use corpus::{
    aggregation, billing, chaining, children, combined, commerce, eternal, fan_out, grants, human,
    interpreter, languages, monitoring, operations, polling, saga, styles, timers, versions,
};
use dacapo::prelude::*;
use dacapo::testing::{TestEnv, TestRun};
use dacapo::{Workflow, WorkflowCall};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Runs a workflow to its end, with some events on the way; what the kit finds is a panic.
async fn runs<M: Workflow>(env: &TestEnv, call: WorkflowCall<M>) -> Result<()> {
    started(env, call).await?.result().await.map(drop).or_else(|error| {
        // Some of them are written to fail.
        error
            .to_string()
            .contains("sold out")
            .then_some(())
            .ok_or_else(|| std::io::Error::other(error.to_string()))
    })?;
    Ok(())
}

async fn started<M: Workflow>(env: &TestEnv, call: WorkflowCall<M>) -> Result<TestRun<M>> {
    Ok(env.schedule(call).await?)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

async fn chains_and_fans(env: TestEnv) -> Result<()> {
    runs(&env, chaining::basic("One".to_owned())).await?;
    runs(&env, chaining::task_chaining()).await?;
    runs(&env, chaining::hello_cities()).await?;
    runs(&env, chaining::nested_calls("the".to_owned())).await?;
    runs(&env, chaining::pipeline("ba".to_owned(), vec![chaining::Step::Reverse, chaining::Step::Upper]))
        .await?;
    runs(&env, chaining::first_number(texts(&["a", "7b", "8"]))).await?;
    runs(&env, fan_out::shortest_word(texts(&["which", "word", "is", "shortest"]))).await?;
    runs(&env, fan_out::backup_site("site".to_owned())).await?;
    runs(&env, fan_out::word_count(texts(&["a b a", "b c"]))).await?;
    runs(&env, fan_out::cheapest_quote("nail".to_owned())).await?;
    runs(&env, fan_out::dashboard("me".to_owned())).await?;
    runs(&env, fan_out::in_batches(vec![1, 2, 3], 2)).await?;
    runs(&env, fan_out::started_early(vec![1, 2])).await?;
    runs(&env, children::parent(texts(&["Item 1"]))).await?;
    runs(&env, children::named_children(texts(&["a", "b"]))).await?;
    runs(&env, children::merge_sort(vec![3, 1, 2, -4])).await
}

async fn sagas(env: TestEnv) -> Result<()> {
    let trip = |failing: &[&str]| saga::Trip { traveller: "Ada".to_owned(), failing: texts(failing) };
    let transfer =
        saga::Transfer { from: "a".to_owned(), to: "b".to_owned(), amount: 5, reference: "r".to_owned() };
    runs(&env, saga::book_trip(trip(&[]))).await?;
    runs(&env, saga::book_trip(trip(&["flight"]))).await?;
    runs(&env, saga::book_trip_in_parallel(trip(&[]))).await?;
    runs(&env, saga::resiliency_and_compensation(1, 2)).await?;
    runs(&env, saga::transfer_money(transfer.clone())).await?;
    runs(&env, saga::package_tour(trip(&[]), transfer)).await
}

async fn people_and_events(env: TestEnv) -> Result<()> {
    let expense = human::Expense { employee: "Bo".to_owned(), amount: 90_000 };
    let yes = |who: &str| human::Decision { approver: who.to_owned(), approved: true };
    runs(&env, human::expense_approval(expense.clone(), DAY)).await?;
    runs(&env, human::escalation(expense.clone(), DAY)).await?;
    let run = started(&env, human::expense_approval(expense.clone(), DAY)).await?;
    run.raise(human::DECISION, yes("boss")).await?;
    run.result().await?;
    let run = started(&env, human::quorum(expense, 2)).await?;
    for who in ["ada", "ada", "grace"] {
        run.raise(human::DECISION, yes(who)).await?;
    }
    run.result().await?;
    let run = started(&env, eternal::counter(1)).await?;
    for operation in [eternal::Operation::Add(4), eternal::Operation::Close] {
        run.raise(eternal::OPERATION, operation).await?;
    }
    run.result().await?;
    let run = started(&env, aggregation::aggregator(3, DAY)).await?;
    for sample in [5, 5, 7] {
        run.raise(aggregation::SAMPLE, sample).await?;
    }
    run.result().await?;
    Ok(())
}

async fn timers_and_generations(env: TestEnv) -> Result<()> {
    let watch = monitoring::Watch { service: "db".to_owned(), checks: 0, every: DAY };
    runs(&env, monitoring::health_monitor(watch)).await?;
    runs(&env, monitoring::weather_monitor("Amsterdam".to_owned(), Timestamp::MAX)).await?;
    runs(&env, monitoring::trend(3, 2)).await?;
    runs(&env, timers::remind_at(Timestamp::UNIX_EPOCH, "now".to_owned())).await?;
    runs(&env, timers::apologise_when_slow(3, DAY)).await?;
    runs(&env, timers::abandoned_cart(texts(&["tea"]), DAY)).await?;
    runs(&env, timers::auction(7, DAY)).await?;
    runs(&env, polling::poll_with_backoff("job".to_owned())).await?;
    runs(&env, polling::callback_or_poll("job".to_owned(), DAY)).await?;
    runs(&env, aggregation::batch_import("12345678".to_owned(), Default::default())).await?;
    let (customer, periods_left) = ("Cleo".to_owned(), 3);
    let contract =
        billing::Subscription { customer, price: 10, trial: DAY, period: DAY, periods_left, paid: 0 };
    runs(&env, billing::subscription(contract)).await
}

async fn styles_of_every_kind(env: TestEnv) -> Result<()> {
    let items = vec![styles::Item::new("tea", 9), styles::Item::new("cup", 4)];
    runs(&env, styles::plain_code(items.clone())).await?;
    runs(&env, styles::collections(items.clone())).await?;
    runs(&env, styles::local_cells(vec![2, 3])).await?;
    runs(&env, styles::closures(vec![2, 3, 500])).await?;
    runs(&env, styles::combinators(items.into_iter().next())).await?;
    runs(&env, styles::awaits_everywhere(vec![1])).await?;
    runs(&env, styles::with_helpers(texts(&["a", "abcdef"]))).await?;
    runs(&env, styles::traced(3)).await?;
    runs(&env, styles::nothing()).await?;
    runs(&env, styles::any_json(serde_json::json!({ "amount": 3 }))).await?;
    runs(&env, languages::agent("add 1+2".to_owned(), 3)).await?;
    runs(&env, operations::firmware_rollout(vec![1, 2, 13], "2".to_owned())).await?;
    runs(&env, grants::onboard(grants::Person { name: "Zed".to_owned(), tools: texts(&["git", ""]) }))
        .await?;
    let application = commerce::Application { applicant: "Somebody".to_owned(), amount: 9, income: 1 };
    runs(&env, commerce::loan_application(application)).await?;
    let (id, country) = ("1".to_owned(), "NL".to_owned());
    let lines = BTreeMap::from([("tea".to_owned(), 2)]);
    runs(&env, combined::order_workflow(combined::Order { id, lines, country }, DAY)).await?;
    let (from, word, to) = ("x".to_owned(), "b".to_owned(), "y".to_owned());
    let program = interpreter::Statement::Parallel(vec![interpreter::Statement::Call { from, word, to }]);
    let variables = BTreeMap::from([("x".to_owned(), "a".to_owned())]);
    runs(&env, interpreter::interpret(program, variables)).await?;
    runs(&env, versions::notify_user_v2("Kim".to_owned())).await?;
    runs(&env, versions::patched("Kim".to_owned())).await?;
    runs(&env, versions::patched_in_a_helper("Kim".to_owned())).await
}

macro_rules! no_alarm {
    ($($programs:ident),+) => {
        $(
            #[tokio::test]
            async fn $programs() {
                super::$programs(TestEnv::new()).await.expect("correct programs run");
                TestEnv::chaos(0..5, super::$programs).await;
            }
        )+
    };
}

/// Each group runs as it is, and five times with its worker lost at random.
mod no_alarm_is_raised_by {
    use super::TestEnv;

    no_alarm!(chains_and_fans, sagas, people_and_events, timers_and_generations, styles_of_every_kind);
}
