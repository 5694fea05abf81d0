//! The scenarios of `scenarios.rs` on the testing kit: no sidecar, no port, no waiting. A shop in memory stands in for the
//! activities; the workflow is the real one, and every turn of it is replayed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use dacapo::client::{RunError, Status};
use dacapo::prelude::*;
use dacapo::testing::{TestEnv, TestRun};
use dacapo::{assert_history, replay};
use order_processor::activities::{
    notify, process_payment, refund, request_approval, update_inventory, verify_inventory,
};
use order_processor::approval::Approval;
use order_processor::models::{
    Fault, InventoryItem, InventoryRequest, InventoryResult, Order, OrderError, OrderResult, Payment, Receipt,
};
use order_processor::stock::BASE_STOCK;
use order_processor::workflow::{APPROVAL_LIMIT, MANAGER_APPROVAL, order_processing};

const APPROVED: Approval = Approval { approved: true };
const DENIED: Approval = Approval { approved: false };

/// The shop in memory. Like the real one it takes goods and money once an order, however often it is asked.
#[derive(Clone, Default)]
struct Shop(Arc<Mutex<Books>>);

#[derive(Default)]
struct Books {
    left: BTreeMap<String, u32>,
    taken: BTreeMap<String, InventoryItem>,
    paid: BTreeMap<String, u64>,
    refunded: BTreeMap<String, u64>,
}

impl Shop {
    /// A full shop that answers for the activities of `env`.
    fn open(env: &TestEnv) -> Self {
        let shop = Self::default();
        for (name, _, quantity) in BASE_STOCK {
            shop.books().left.insert(name.to_owned(), quantity);
        }
        env.mock(notify, |_| async { Ok(()) });
        env.mock(request_approval, |_| async { Ok(()) });
        let (look, pay, take, give) = (shop.clone(), shop.clone(), shop.clone(), shop.clone());
        env.mock(verify_inventory, move |request| core::future::ready(Ok(look.look(&request))));
        env.mock(process_payment, move |payment| core::future::ready(pay.pay(&payment)));
        env.mock(update_inventory, move |payment| core::future::ready(take.take(&payment)));
        env.mock(refund, move |payment| core::future::ready(Ok(give.refund(&payment))));
        shop
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap()
    }

    fn item(&self, name: &str) -> Option<InventoryItem> {
        let quantity = *self.books().left.get(name)?;
        let (_, per_item_cost, _) = BASE_STOCK.into_iter().find(|(known, ..)| *known == name)?;
        Some(InventoryItem { item_name: name.to_owned(), per_item_cost, quantity })
    }

    fn look(&self, request: &InventoryRequest) -> InventoryResult {
        let inventory_item = self.item(&request.item_name);
        let success = inventory_item.as_ref().is_some_and(|item| item.quantity >= request.quantity);
        InventoryResult { success, inventory_item }
    }

    fn pay(&self, payment: &Payment) -> Result<Receipt, OrderError> {
        let Payment { request_id, amount, fail, .. } = payment.clone();
        if fail == Some(Fault::Payment) {
            return Err(OrderError::PaymentDeclined { amount });
        }
        self.books().paid.insert(request_id.clone(), amount);
        Ok(Receipt { request_id, amount })
    }

    fn take(&self, payment: &Payment) -> Result<InventoryResult, OrderError> {
        let Payment { request_id, item_being_purchased: item_name, quantity, fail, .. } = payment.clone();
        let taken = self.books().taken.get(&request_id).cloned();
        let left = self.item(&item_name).map_or(0, |item| item.quantity);
        if fail == Some(Fault::Inventory) || (taken.is_none() && left < quantity) {
            return Err(OrderError::OutOfStock { item_name, left });
        }
        let item = taken.or_else(|| {
            self.item(&item_name).map(|item| InventoryItem { quantity: left - quantity, ..item })
        });
        let item = item.unwrap();
        let mut books = self.books();
        if books.taken.insert(request_id, item.clone()).is_none() {
            books.left.insert(item_name, item.quantity);
        }
        Ok(InventoryResult { success: true, inventory_item: Some(item) })
    }

    fn refund(&self, payment: &Payment) -> Receipt {
        let Payment { request_id, amount, .. } = payment.clone();
        self.books().refunded.insert(request_id.clone(), amount);
        Receipt { request_id, amount }
    }

    fn left(&self, name: &str) -> u32 {
        self.books().left[name]
    }

    /// What the shop has earned.
    fn earned(&self) -> u64 {
        let books = self.books();
        books.paid.values().sum::<u64>() - books.refunded.values().sum::<u64>()
    }
}

fn order(item: &str, quantity: u32) -> Order {
    let price = BASE_STOCK.into_iter().find(|(name, ..)| *name == item).map_or(1, |(_, price, _)| price);
    let total_cost = price * u64::from(quantity);
    Order { item_name: item.to_owned(), total_cost, quantity, approval_timeout_ms: None, fail: None }
}

fn said(env: &TestEnv) -> Vec<String> {
    env.calls(notify).into_iter().map(|(message,)| message).collect()
}

#[tokio::test]
async fn a_small_order_needs_no_approval() -> Result<()> {
    let env = TestEnv::new();
    let shop = Shop::open(&env);
    let run = env.schedule(order_processing(order("paperclip", 2)).id("clips-1")).await?;
    assert_eq!(run.result().await?, OrderResult::processed());
    assert_eq!(said(&env), ["Received order clips-1 for 2 paperclip - $10", "Order clips-1 has completed!"]);
    assert_eq!(env.calls(request_approval), []);
    assert_eq!((shop.left("paperclip"), shop.earned()), (98, 10));
    Ok(())
}

#[tokio::test]
async fn ten_cars_are_sold_when_a_manager_approves() -> Result<()> {
    let env = TestEnv::new();
    let shop = Shop::open(&env);
    let run = env.schedule(order_processing(order("cars", 10)).id("cars-1")).await?;
    run.until_waiting(MANAGER_APPROVAL).await;
    assert_eq!((shop.left("cars"), shop.earned()), (100, 0));
    run.raise(MANAGER_APPROVAL, APPROVED).await?;
    assert_eq!(run.result().await?, OrderResult::processed());
    assert_history!(
        run.history().await?,
        [
            "workflow `order_processing` started..",
            "activity `notify` scheduled: \"Received order cars-1 for 10 cars - $150000\"",
            "activity `notify` completed",
            "activity `verify_inventory` scheduled..",
            "activity `verify_inventory` completed..",
            "activity `request_approval` scheduled..",
            "activity `request_approval` completed",
            "waits for event `manager_approval` until 2030-01-01T00:03:20Z",
            "event `manager_approval` arrived: {\"approved\":true}",
            "..",
            "ended as COMPLETED: {\"processed\":true}",
        ]
    );
    assert_eq!((shop.left("cars"), shop.earned()), (90, 150_000));
    Ok(())
}

#[tokio::test]
async fn the_approvals_of_all_quickstarts_are_understood() -> Result<()> {
    for payload in [
        None,
        Some(r#"{"approval":true}"#),
        Some(r#"{"approved":true}"#),
        Some(r#"{"isApproved":true}"#),
        Some("true"),
    ] {
        let env = TestEnv::new();
        let shop = Shop::open(&env);
        let run = env.schedule(order_processing(order("cars", 4))).await?;
        run.raise_json("Manager_Approval", payload.map(str::to_owned)).await?;
        assert_eq!(run.result().await?, OrderResult::processed(), "{payload:?}");
        assert_eq!(shop.left("cars"), 96);
    }
    Ok(())
}

#[tokio::test]
async fn a_second_approval_does_no_harm() -> Result<()> {
    let env = TestEnv::new();
    let shop = Shop::open(&env);
    let run = env.schedule(order_processing(order("cars", 10))).await?;
    run.raise(MANAGER_APPROVAL, APPROVED).await?;
    run.raise(MANAGER_APPROVAL, DENIED).await?;
    assert_eq!(run.result().await?, OrderResult::processed());
    run.raise(MANAGER_APPROVAL, DENIED).await?;
    assert_eq!(run.result().await?, OrderResult::processed());
    assert_eq!((shop.left("cars"), env.calls(process_payment).len()), (90, 1));
    Ok(())
}

#[tokio::test]
async fn a_denied_order_is_neither_paid_nor_taken() -> Result<()> {
    let env = TestEnv::new();
    let shop = Shop::open(&env);
    env.when_waiting(MANAGER_APPROVAL, |_| Some(DENIED));
    let run = env.schedule(order_processing(order("cars", 10)).id("cars-1")).await?;
    let reason = "Payment for order cars-1 has been rejected!";
    assert_eq!(run.result().await?, OrderResult::rejected(reason));
    assert_eq!(said(&env).last().unwrap(), reason);
    assert_eq!((shop.left("cars"), shop.earned()), (100, 0));
    Ok(())
}

#[tokio::test]
async fn an_order_that_no_manager_answers_times_out_after_200_seconds_that_take_none() -> Result<()> {
    let env = TestEnv::new();
    let shop = Shop::open(&env);
    let run = env.schedule(order_processing(order("cars", 10)).id("cars-1")).await?;
    env.advance(Duration::from_secs(199)).await;
    assert_eq!(run.status().await?.status, Status::Running);
    let reason = "Payment for order cars-1 has been cancelled due to timeout!";
    assert_eq!(run.result().await?, OrderResult::rejected(reason));
    assert_eq!(env.now().to_string(), "2030-01-01T00:03:20Z");
    assert_eq!((shop.left("cars"), shop.earned()), (100, 0));
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_cannot_be_bought() -> Result<()> {
    for (item, quantity) in [("paperclip", 101), ("boat", 1)] {
        let env = TestEnv::new();
        let shop = Shop::open(&env);
        let run = env.schedule(order_processing(order(item, quantity))).await?;
        let reason = format!("Insufficient inventory for {item}");
        assert_eq!(run.result().await?, OrderResult::rejected(reason));
        assert_eq!((env.calls(process_payment).len(), shop.earned()), (0, 0));
    }
    Ok(())
}

#[tokio::test]
async fn the_money_is_given_back_when_the_goods_cannot_be_taken() -> Result<()> {
    let env = TestEnv::new();
    let shop = Shop::open(&env);
    let broken = Order { fail: Some(Fault::Inventory), ..order("computers", 2) };
    let run = env.schedule(order_processing(broken).id("pc-1")).await?;
    assert_eq!(run.result().await?, OrderResult::rejected("Order pc-1 failed! You are now getting a refund"));
    assert_eq!(env.calls(refund), env.calls(process_payment), "what was paid is given back");
    assert_eq!((shop.left("computers"), shop.earned()), (100, 0));
    let logged = env.logs();
    assert!(logged.iter().any(|line| line.message.contains("gives the money back")), "{logged:?}");
    Ok(())
}

#[tokio::test]
async fn a_declined_payment_fails_the_order_with_a_typed_error() -> Result<()> {
    let env = TestEnv::new();
    Shop::open(&env);
    let broken = Order { fail: Some(Fault::Payment), ..order("computers", 2) };
    let run = env.schedule(order_processing(broken)).await?;
    let Err(RunError::Failed(failure)) = run.result().await else { panic!("it must fail") };
    assert_eq!(failure.error(), Some(&OrderError::PaymentDeclined { amount: 1000 }));
    assert_eq!(env.calls(process_payment).len(), 1, "no retry helps a declined card");
    Ok(())
}

#[tokio::test]
async fn a_store_that_fails_is_asked_again_after_pauses_that_take_no_time() -> Result<()> {
    let env = TestEnv::new();
    let shop = Shop::open(&env);
    env.mock(process_payment, |_| async { Err(OrderError::Store("gone".into())) }).times(4);
    let run = env.schedule(order_processing(order("computers", 1))).await?;
    assert!(run.result().await?.processed);
    // 0.2, 0.4, 0.8 and 1.6 seconds.
    assert_eq!(env.now().to_string(), "2030-01-01T00:00:03Z");
    assert_eq!((env.calls(process_payment).len(), shop.earned()), (5, 500));
    Ok(())
}

/// Two orders for one last computer, side by side; the seed draws who is first.
async fn last_computer(seed: u64) -> Result<(bool, bool)> {
    let env = TestEnv::new().seed(seed);
    let shop = Shop::open(&env);
    shop.books().left.insert("computers".to_owned(), 1);
    let first = env.schedule(order_processing(order("computers", 1)).id("first")).await?;
    let second = env.schedule(order_processing(order("computers", 1)).id("second")).await?;
    let (first, second) = (first.result().await?.processed, second.result().await?.processed);
    assert!(first != second, "seed {seed}: exactly one gets it");
    assert_eq!((shop.left("computers"), shop.earned()), (0, 500), "seed {seed}");
    Ok((first, second))
}

#[tokio::test]
async fn of_two_orders_for_the_last_item_exactly_one_gets_it_whichever_is_first() -> Result<()> {
    let mut winners = Vec::new();
    for seed in 0..20 {
        winners.push(last_computer(seed).await?);
    }
    assert!(winners.contains(&(true, false)) && winners.contains(&(false, true)), "{winners:?}");
    Ok(())
}

#[tokio::test]
async fn an_order_survives_the_loss_of_its_worker_at_any_point() {
    let books = TestEnv::crash_at_every_turn(|env| async move {
        let shop = Shop::open(&env);
        env.when_waiting(MANAGER_APPROVAL, |_| Some(APPROVED));
        let run: TestRun<_> = env.schedule(order_processing(order("cars", 10)).id("cars-1")).await?;
        let result = run.result().await?;
        Ok((result, shop.left("cars"), shop.earned(), said(&env)))
    });
    let (result, left, earned, said) = books.await;
    assert_eq!((result, left, earned, said.len()), (OrderResult::processed(), 90, 150_000, 3));
}

#[tokio::test]
async fn orders_survive_chaos() {
    TestEnv::chaos(0..20, |env| async move {
        let shop = Shop::open(&env);
        let broken = Order { fail: Some(Fault::Inventory), ..order("computers", 2) };
        let one = env.schedule(order_processing(order("paperclip", 5))).await?;
        let two = env.schedule(order_processing(broken)).await?;
        assert!(one.result().await?.processed && !two.result().await?.processed);
        assert_eq!((shop.left("paperclip"), shop.left("computers"), shop.earned()), (95, 100, 25));
        Ok(())
    })
    .await;
}

/// `DACAPO_RECORD=1 cargo test -p order-processor --test kit` writes the histories that are replayed below.
#[tokio::test]
async fn orders_at_every_stage_can_be_recorded() -> Result<()> {
    let env = TestEnv::new();
    Shop::open(&env);
    let waiting = env.schedule(order_processing(order("cars", 10)).id("waiting")).await?;
    waiting.until_waiting(MANAGER_APPROVAL).await;
    let broken = Order { fail: Some(Fault::Inventory), ..order("computers", 2) };
    let refunded = env.schedule(order_processing(broken).id("refunded")).await?;
    refunded.result().await?;
    for run in [waiting, refunded] {
        let history = run.history().await?;
        if std::env::var_os("DACAPO_RECORD").is_some() {
            std::fs::write(format!("tests/histories/{}.json", run.id()), history.to_json())?;
        }
        assert!(history.replay()?.asks_for.is_empty());
    }
    Ok(())
}

#[test]
fn recorded_orders_can_go_on_with_this_code() {
    replay!("tests/histories/*.json");
}

/// What an order of these facts comes to.
fn expected(item: &str, quantity: u32, approval: Option<bool>, fail: Option<Fault>) -> Option<bool> {
    let needs_approval = order(item, quantity).total_cost > APPROVAL_LIMIT;
    let is_refused = quantity > 100 || (needs_approval && approval != Some(true));
    match fail {
        _ if is_refused => Some(false),
        Some(Fault::Payment) => None,
        Some(Fault::Inventory) => Some(false),
        None => Some(true),
    }
}

#[tokio::test]
async fn a_hundred_orders_of_all_kinds_take_seconds() -> Result<()> {
    let begun = Instant::now();
    let mut variants = 0;
    for (item, price, _) in BASE_STOCK {
        for quantity in [1, 5, 100, 101] {
            for approval in [None, Some(true), Some(false)] {
                for fail in [None, Some(Fault::Payment), Some(Fault::Inventory)] {
                    let env = TestEnv::new().seed(variants);
                    let shop = Shop::open(&env);
                    env.when_waiting(MANAGER_APPROVAL, move |_| {
                        approval.map(|approved| Approval { approved })
                    });
                    let run = env.schedule(order_processing(Order { fail, ..order(item, quantity) })).await?;
                    let processed = run.result().await.ok().map(|result| result.processed);
                    let facts = (item, quantity, approval, fail);
                    assert_eq!(processed, expected(item, quantity, approval, fail), "{facts:?}");
                    let earned = if processed == Some(true) { price * u64::from(quantity) } else { 0 };
                    assert_eq!(shop.earned(), earned, "{facts:?}");
                    variants += 1;
                }
            }
        }
    }
    println!("{variants} orders in {:?}", begun.elapsed());
    assert!(
        variants > 100 && begun.elapsed() < Duration::from_secs(30),
        "{variants} in {:?}",
        begun.elapsed()
    );
    Ok(())
}
