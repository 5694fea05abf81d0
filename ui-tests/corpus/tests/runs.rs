//! Some of the corpus runs, on the embedded sidecar: what compiles without a word also does what it says.

use std::collections::BTreeMap;

use corpus::{
    aggregation, billing, chaining, children, combined, commerce, eternal, fan_out, grants, human,
    interpreter, languages, monitoring, operations, other_apps, polling, saga, styles, timers, versions,
};
use dacapo::client::Run;
use dacapo::prelude::*;
use dacapo::{Workflow, WorkflowCall};
use dacapo_sidecar::Sidecar;

const SOON: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(60);

struct Bench {
    client: Client,
    _worker: Worker,
    _sidecar: Sidecar,
}

impl Bench {
    async fn new() -> Self {
        let sidecar = Sidecar::builder().in_memory().port(0).start().await.expect("a sidecar starts");
        let dapr = Connection::to(sidecar.endpoint()).expect("it says where it is");
        let worker = Worker::builder(&dapr).register_all().start().await.expect("a worker starts");
        Self { client: Client::new(&dapr), _worker: worker, _sidecar: sidecar }
    }

    async fn start<M: Workflow>(&self, call: WorkflowCall<M>) -> Run<M> {
        self.client.schedule(call).await.expect("a sidecar takes work")
    }

    async fn result<M: Workflow>(&self, call: WorkflowCall<M>) -> M::Output {
        ended(self.start(call).await).await
    }
}

async fn ended<M: Workflow>(run: Run<M>) -> M::Output {
    run.result_within(PATIENCE).await.unwrap_or_else(|error| panic!("{}: {error}", M::NAME))
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn chains_children_and_fans_run() {
    let bench = Bench::new().await;
    assert_eq!(bench.result(chaining::basic("One".to_owned())).await, "One Two Three");
    assert_eq!(bench.result(chaining::task_chaining()).await, "This is task chaining");
    assert_eq!(bench.result(chaining::hello_cities()).await.len(), 3);
    assert_eq!(bench.result(chaining::nested_calls("the".to_owned())).await, "ending the");
    let steps = vec![chaining::Step::Reverse, chaining::Step::Append("x".to_owned()), chaining::Step::Upper];
    assert_eq!(bench.result(chaining::pipeline("ba".to_owned(), steps)).await, "AB X");
    assert_eq!(bench.result(chaining::first_number(texts(&["a", "7b", "8"]))).await, Some(7));

    let words = texts(&["which", "word", "is", "the", "shortest"]);
    assert_eq!(bench.result(fan_out::shortest_word(words)).await.as_deref(), Some("is"));
    assert_eq!(bench.result(fan_out::backup_site("site".to_owned())).await, 10 + 10 + 16);
    let counted = bench.result(fan_out::word_count(texts(&["a b a", "b c"]))).await;
    assert_eq!(counted.into_values().collect::<Vec<_>>(), [2, 2, 1]);
    let cheapest = bench.result(fan_out::cheapest_quote("nail".to_owned())).await;
    assert_eq!(cheapest, Some(("Acme".to_owned(), 404)));
    assert_eq!(bench.result(fan_out::dashboard("me".to_owned())).await.1, 49);
    assert_eq!(bench.result(fan_out::in_batches(vec![1, 2, 3], 2)).await, 14);
    assert_eq!(bench.result(fan_out::started_early(vec![1, 2])).await, 5 + "started_early".len() as u64);

    let parent = bench.result(children::parent(texts(&["Item 1"]))).await;
    assert_eq!(parent, ["Item 1 is processed as a child workflow."]);
    assert_eq!(bench.result(children::named_children(texts(&["a", "b"]))).await, 2);
    assert_eq!(bench.result(children::merge_sort(vec![3, 1, 2, -4])).await, [-4, 1, 2, 3]);
}

#[tokio::test]
async fn sagas_undo_what_was_done() {
    let bench = Bench::new().await;
    let trip = |failing: &[&str]| saga::Trip { traveller: "Ada".to_owned(), failing: texts(failing) };
    assert_eq!(bench.result(saga::book_trip(trip(&[]))).await.len(), 3);
    let failed = bench.start(saga::book_trip(trip(&["flight"]))).await.result_within(PATIENCE).await;
    assert!(failed.is_err_and(|error| error.to_string().contains("flight is sold out")));
    assert_eq!(bench.result(saga::book_trip_in_parallel(trip(&[]))).await.len(), 3);
    assert_eq!(bench.result(saga::resiliency_and_compensation(1, 0)).await, 1);
    assert_eq!(bench.result(saga::resiliency_and_compensation(1, 2)).await, 50);
    let transfer =
        saga::Transfer { from: "a".to_owned(), to: "b".to_owned(), amount: 5, reference: "r".to_owned() };
    assert_eq!(bench.result(saga::transfer_money(transfer.clone())).await, "r-withdraw, 5 to b");
    let tour = bench.result(saga::package_tour(trip(&[]), transfer)).await;
    assert_eq!(tour, "r-withdraw: hotel 5, flight 6");
}

#[tokio::test]
async fn people_and_events_are_waited_for() {
    let bench = Bench::new().await;
    let expense = human::Expense { employee: "Bo".to_owned(), amount: 90_000 };
    let yes = |who: &str| human::Decision { approver: who.to_owned(), approved: true };
    let run = bench.start(human::expense_approval(expense.clone(), PATIENCE)).await;
    run.raise(human::DECISION, yes("boss")).await.unwrap();
    assert_eq!(ended(run).await, human::Verdict::Approved);
    let late = bench.result(human::expense_approval(expense.clone(), SOON)).await;
    assert_eq!(late, human::Verdict::TimedOut);
    assert_eq!(bench.result(human::escalation(expense.clone(), SOON)).await, None);
    let run = bench.start(human::quorum(expense, 2)).await;
    for who in ["ada", "ada", "grace"] {
        run.raise(human::DECISION, yes(who)).await.unwrap();
    }
    assert_eq!(ended(run).await, human::Verdict::Approved);
    let run = bench.start(human::phone_verification("12".to_owned(), PATIENCE)).await;
    for code in [1, 49 + 50] {
        run.raise(human::CODE, code).await.unwrap();
    }
    assert!(ended(run).await);

    let run = bench.start(eternal::counter(1)).await;
    for operation in [eternal::Operation::Add(4), eternal::Operation::Close] {
        run.raise(eternal::OPERATION, operation).await.unwrap();
    }
    assert_eq!(ended(run).await, 5);
    let run = bench.start(interpreter::ticket(interpreter::Ticket::Open)).await;
    for change in [interpreter::Change::Assign, interpreter::Change::Resolve, interpreter::Change::Confirm] {
        run.raise(interpreter::CHANGE, change).await.unwrap();
    }
    assert_eq!(ended(run).await.len(), 4);
    let run = bench.start(aggregation::aggregator(3, PATIENCE)).await;
    for sample in [5, 5, 7] {
        run.raise(aggregation::SAMPLE, sample).await.unwrap();
    }
    assert_eq!(ended(run).await, 12);
}

#[tokio::test]
async fn timers_monitors_and_generations_come_to_an_end() {
    let bench = Bench::new().await;
    let watch = monitoring::Watch { service: "db".to_owned(), checks: 0, every: SOON };
    assert_eq!(bench.result(monitoring::health_monitor(watch)).await, "Status is healthy after 3 times.");
    assert!(bench.result(monitoring::weather_monitor("Amsterdam".to_owned(), Timestamp::MAX)).await);
    assert_eq!(bench.result(monitoring::trend(3, 2)).await, [1.0, 1.0, 0.5]);
    bench.result(timers::remind_at(Timestamp::UNIX_EPOCH, "now".to_owned())).await;
    assert_eq!(bench.result(timers::apologise_when_slow(3, PATIENCE)).await, (9, false));
    assert!(!bench.result(timers::abandoned_cart(texts(&["tea"]), SOON)).await);
    assert_eq!(bench.result(timers::auction(7, SOON)).await, None);
    assert_eq!(bench.result(polling::poll_with_backoff("job".to_owned())).await, "job-0");
    assert_eq!(bench.result(polling::callback_or_poll("job".to_owned(), SOON)).await, "job-0");
    let report = bench.result(aggregation::batch_import("12345678".to_owned(), Default::default())).await;
    assert_eq!((report.imported, report.rejected.len()), (6, 2));
    let contract = billing::Subscription {
        customer: "Cleo".to_owned(),
        price: 10,
        trial: SOON,
        period: SOON,
        periods_left: 3,
        paid: 0,
    };
    assert_eq!(bench.result(billing::subscription(contract)).await.paid, 30);
}

#[tokio::test]
async fn programs_of_every_style_run() {
    let bench = Bench::new().await;
    let items = vec![styles::Item::new("tea", 9), styles::Item::new("cup", 4)];
    assert_eq!(bench.result(styles::plain_code(items.clone())).await, 100 + 2 + 2 + 25 + 1 + 2);
    assert_eq!(bench.result(styles::collections(items.clone())).await, ["cup", "tea"]);
    assert_eq!(bench.result(styles::local_cells(vec![2, 3])).await, (13, 2));
    assert_eq!(bench.result(styles::closures(vec![2, 3, 500])).await, (4 + 9) * 3);
    assert_eq!(bench.result(styles::combinators(items.into_iter().next())).await, "3..");
    assert_eq!(bench.result(styles::awaits_everywhere(vec![1])).await, 10_000);
    let found = bench.result(styles::with_helpers(texts(&["a", "abcdef"]))).await;
    assert_eq!(found.as_deref(), Some("a"));
    assert_eq!(bench.result(styles::traced(3)).await, 36);
    bench.result(styles::nothing()).await;
    let json = bench.result(styles::any_json(serde_json::json!({ "amount": 3 }))).await;
    assert_eq!(json, serde_json::json!({ "squared": 9, "keys": ["amount"] }));

    let variables = BTreeMap::from([("x".to_owned(), "a".to_owned())]);
    let call = |from: &str, word: &str, to: &str| interpreter::Statement::Call {
        from: from.to_owned(),
        word: word.to_owned(),
        to: to.to_owned(),
    };
    let program = interpreter::Statement::Sequence(vec![
        interpreter::Statement::Parallel(vec![call("x", "b", "y"), call("x", "c", "z")]),
        call("y", "d", "x"),
    ]);
    assert_eq!(bench.result(interpreter::interpret(program, variables)).await["x"], "a b d");
    assert_eq!(bench.result(languages::agent("add 1+2".to_owned(), 3)).await, "you said: 3.0");
    let stages = [("c", &["a", "b"][..]), ("b", &["a"]), ("a", &[])].map(|(name, needs)| operations::Stage {
        name: name.to_owned(),
        needs: needs.iter().map(|need| (*need).to_owned()).collect(),
    });
    assert_eq!(bench.result(operations::build(stages.to_vec())).await, ["a", "b", "c"]);
    assert_eq!(
        bench.result(operations::firmware_rollout(vec![1, 2, 13], "2".to_owned())).await,
        (2, vec![13])
    );
    let person = grants::Person { name: "Zed".to_owned(), tools: texts(&["git", ""]) };
    assert_eq!(bench.result(grants::onboard(person)).await, ["git"]);
    let application = commerce::Application { applicant: "Somebody".to_owned(), amount: 9, income: 1 };
    assert!(bench.result(commerce::loan_application(application)).await);
    let order = combined::Order {
        id: "1".to_owned(),
        lines: BTreeMap::from([("tea".to_owned(), 2)]),
        country: "NL".to_owned(),
    };
    assert_eq!(bench.result(combined::order_workflow(order, SOON)).await, "paid back 20");
    let delivered = bench.result(other_apps::deliver("box".to_owned())).await;
    assert_eq!(delivered, "box is on its way");
    assert_eq!(bench.result(versions::notify_user_v2("Kim".to_owned())).await, "Kim by email, Kim by sms");
    assert_eq!(bench.result(versions::patched("Kim".to_owned())).await, "Kim by push; Kim by letter");
    assert_eq!(bench.result(versions::patched_in_a_helper("Kim".to_owned())).await.len(), 2);
}
