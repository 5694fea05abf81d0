//! Whole orders on the embedded sidecar: what was said, what was taken and paid, and what came back.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::world::{World, failing, order};
use dacapo::client::RunError;
use order_processor::approval::Approval;
use order_processor::models::{Fault, Order, OrderError, OrderResult, Receipt};
use order_processor::state::{StateError, StateStore, Write};
use order_processor::workflow::MANAGER_APPROVAL;

const CARS: [&str; 4] = [
    "NotifyActivity: Received order cars-1 for 10 cars - $150000",
    "VerifyInventoryActivity: Verifying inventory for order cars-1 of 10 cars",
    "VerifyInventoryActivity: There are 100 cars available for purchase",
    "RequestApprovalActivity: Requesting approval for payment of 150000USD for 10 cars",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_small_order_needs_no_approval() {
    let world = World::open().await;
    assert_eq!(world.order("clips-1", order("paperclip", 2)).await.unwrap(), OrderResult::processed());
    world.check_log(&[
        "NotifyActivity: Received order clips-1 for 2 paperclip - $10",
        "VerifyInventoryActivity: Verifying inventory for order clips-1 of 2 paperclip",
        "VerifyInventoryActivity: There are 100 paperclip available for purchase",
        "ProcessPaymentActivity: clips-1 for 2 - paperclip (10USD)",
        "UpdateInventoryActivity: Checking Inventory for order clips-1 for 2 * paperclip",
        "UpdateInventoryActivity: There are now 98 paperclip left in stock",
        "NotifyActivity: Order clips-1 has completed!",
    ]);
    let database = world.close().await;
    assert_eq!((database.left("paperclip"), database.booked("payment", "clips-1")), (98, vec![10]));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_cars_are_sold_when_a_manager_approves() {
    let world = World::open().await;
    world.place("cars-1", order("cars", 10)).await;
    world.client.instance("cars-1").raise(MANAGER_APPROVAL, Approval { approved: true }).await.unwrap();
    assert_eq!(world.outcome("cars-1").await.unwrap(), OrderResult::processed());
    let rest = [
        "NotifyActivity: Payment for order cars-1 has been approved!",
        "ProcessPaymentActivity: cars-1 for 10 - cars (150000USD)",
        "UpdateInventoryActivity: Checking Inventory for order cars-1 for 10 * cars",
        "UpdateInventoryActivity: There are now 90 cars left in stock",
        "NotifyActivity: Order cars-1 has completed!",
    ];
    world.check_log(&[CARS.as_slice(), &rest].concat());
    let database = world.close().await;
    assert_eq!((database.left("cars"), database.booked("payment", "cars-1")), (90, vec![150_000]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_approvals_of_all_quickstarts_are_understood() {
    let world = World::open().await;
    let payloads = [
        None,
        Some(r#"{"approval":true}"#),
        Some(r#"{"approved":true}"#),
        Some(r#"{"isApproved":true}"#),
        Some("true"),
    ];
    for (number, payload) in payloads.into_iter().enumerate() {
        let id = format!("cars-{number}");
        world.place(&id, order("cars", 4)).await;
        let instance = world.client.instance(&id);
        instance.raise_json("Manager_Approval", payload.map(str::to_owned)).await.unwrap();
        assert_eq!(world.outcome(&id).await.unwrap(), OrderResult::processed(), "{payload:?}");
    }
    assert_eq!(world.close().await.left("cars"), 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_approval_does_no_harm() {
    let world = World::open().await;
    world.place("cars-1", order("cars", 10)).await;
    let instance = world.client.instance("cars-1");
    instance.raise(MANAGER_APPROVAL, Approval { approved: true }).await.unwrap();
    instance.raise(MANAGER_APPROVAL, Approval { approved: false }).await.unwrap();
    assert_eq!(world.outcome("cars-1").await.unwrap(), OrderResult::processed());
    instance.raise(MANAGER_APPROVAL, Approval { approved: false }).await.unwrap();
    assert_eq!(world.outcome("cars-1").await.unwrap(), OrderResult::processed());
    let database = world.close().await;
    assert_eq!((database.left("cars"), database.count("payment")), (90, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_order_is_neither_paid_nor_taken() {
    let world = World::open().await;
    world.place("cars-1", order("cars", 10)).await;
    world.client.instance("cars-1").raise(MANAGER_APPROVAL, Approval { approved: false }).await.unwrap();
    let reason = "Payment for order cars-1 has been rejected!";
    assert_eq!(world.outcome("cars-1").await.unwrap(), OrderResult::rejected(reason));
    world.check_log(&[CARS.as_slice(), &[&format!("NotifyActivity: {reason}")]].concat());
    let database = world.close().await;
    assert_eq!((database.left("cars"), database.count("payment")), (100, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_no_manager_answers_times_out() {
    let world = World::open().await;
    let order = Order { approval_timeout_ms: Some(50), ..order("cars", 10) };
    let reason = "Payment for order cars-1 has been cancelled due to timeout!";
    assert_eq!(world.order("cars-1", order).await.unwrap(), OrderResult::rejected(reason));
    world.check_log(&[CARS.as_slice(), &[&format!("NotifyActivity: {reason}")]].concat());
    let database = world.close().await;
    assert_eq!((database.left("cars"), database.count("payment")), (100, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_there_is_cannot_be_bought() {
    let world = World::open().await;
    let result = world.order("clips-1", order("paperclip", 101)).await.unwrap();
    assert_eq!(result, OrderResult::rejected("Insufficient inventory for paperclip"));
    world.check_log(&[
        "NotifyActivity: Received order clips-1 for 101 paperclip - $505",
        "VerifyInventoryActivity: Verifying inventory for order clips-1 of 101 paperclip",
        "VerifyInventoryActivity: There are 100 paperclip available for purchase",
        "NotifyActivity: Insufficient inventory for paperclip",
    ]);
    let database = world.close().await;
    assert_eq!((database.left("paperclip"), database.count("payment")), (100, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_shop_does_not_sell_cannot_be_bought() {
    let world = World::open().await;
    let boat = Order { item_name: "boat".to_owned(), ..order("paperclip", 1) };
    let result = world.order("boat-1", boat).await.unwrap();
    assert_eq!(result, OrderResult::rejected("Insufficient inventory for boat"));
    assert_eq!(world.close().await.count("payment"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_money_is_given_back_when_the_goods_cannot_be_taken() {
    let world = World::open().await;
    let result = world.order("pc-1", failing(Fault::Inventory, order("computers", 2))).await.unwrap();
    assert_eq!(result, OrderResult::rejected("Order pc-1 failed! You are now getting a refund"));
    world.check_log(&[
        "NotifyActivity: Received order pc-1 for 2 computers - $1000",
        "VerifyInventoryActivity: Verifying inventory for order pc-1 of 2 computers",
        "VerifyInventoryActivity: There are 100 computers available for purchase",
        "ProcessPaymentActivity: pc-1 for 2 - computers (1000USD)",
        "UpdateInventoryActivity: Checking Inventory for order pc-1 for 2 * computers",
        "RefundActivity: Refunding 1000USD for order pc-1",
        "NotifyActivity: Order pc-1 failed! You are now getting a refund",
    ]);
    let database = world.close().await;
    assert_eq!(database.left("computers"), 100);
    assert_eq!(
        (database.booked("payment", "pc-1"), database.booked("refund", "pc-1")),
        (vec![1000], vec![1000])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_payment_fails_the_order_with_a_typed_error() {
    let world = World::open().await;
    let outcome = world.order("pc-1", failing(Fault::Payment, order("computers", 2))).await;
    let RunError::Failed(failure) = outcome.unwrap_err() else { panic!("it must fail") };
    assert_eq!(failure.error(), Some(&OrderError::PaymentDeclined { amount: 1000 }));
    assert_eq!(failure.details().error_type, "OrderError");
    assert_eq!(failure.details().message, "the bank declined the payment of 1000 USD");
    world.check_log(&[
        "NotifyActivity: Received order pc-1 for 2 computers - $1000",
        "VerifyInventoryActivity: Verifying inventory for order pc-1 of 2 computers",
        "VerifyInventoryActivity: There are 100 computers available for purchase",
        "ProcessPaymentActivity: pc-1 for 2 - computers (1000USD)",
    ]);
    let database = world.close().await;
    assert_eq!((database.left("computers"), database.count("payment")), (100, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_orders_for_the_last_item_exactly_one_gets_it() {
    let world = World::open().await;
    assert!(world.order("most", order("computers", 99)).await.unwrap().processed);
    let (first, second) = tokio::join!(
        world.order("first", order("computers", 1)),
        world.order("second", order("computers", 1)),
    );
    let winners = [first.unwrap(), second.unwrap()].iter().filter(|result| result.processed).count();
    assert_eq!(winners, 1);
    let database = world.close().await;
    assert_eq!((database.left("computers"), database.count("stock")), (0, 2));
    let kept = |id: &str| database.booked("payment", id).len() - database.booked("refund", id).len();
    assert_eq!(kept("first") + kept("second"), 1, "the loser has its money back or never paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_orders_for_one_item_are_all_served_and_none_is_served_twice() {
    let world = World::open().await;
    for number in 0..20 {
        world.place(&format!("clips-{number}"), order("paperclip", 5)).await;
    }
    for number in 0..20 {
        assert!(world.outcome(&format!("clips-{number}")).await.unwrap().processed);
    }
    let database = world.close().await;
    assert_eq!((database.left("paperclip"), database.count("stock"), database.count("payment")), (0, 20, 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn restocking_leaves_alone_what_is_there() {
    let world = World::open().await;
    assert!(world.order("clips-1", order("paperclip", 7)).await.unwrap().processed);
    assert_eq!(world.shop.stock.restock().await.unwrap(), Vec::<&str>::new());
    assert_eq!(world.close().await.left("paperclip"), 93);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_another_language_is_understood() {
    let world = World::open().await;
    let order: Order =
        serde_json::from_str(r#"{"itemName":"paperclip","totalCost":5,"quantity":1}"#).unwrap();
    assert_eq!(world.order("js-1", order).await.unwrap(), OrderResult::processed());
    let state = world.client.instance("js-1").get().await.unwrap();
    assert_eq!(state.output.as_deref(), Some(r#"{"processed":true}"#));
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_step_takes_and_books_once_even_beside_itself() {
    let world = World::open().await;
    let stock = &world.shop.stock;
    let receipt = |amount| Receipt { request_id: "one".to_owned(), amount };
    assert_eq!(stock.book_once("payment-1", receipt(5)).await.unwrap(), receipt(5));
    assert_eq!(stock.book_once("payment-1", receipt(7)).await.unwrap(), receipt(5), "the first entry stands");

    // The last piece: whoever comes second finds an empty shelf, and must find the key as well.
    stock.take_once("stock-1", "cars", 99).await.unwrap();
    let (first, second) =
        tokio::join!(stock.take_once("stock-2", "cars", 1), stock.take_once("stock-2", "cars", 1));
    assert_eq!((first.unwrap().quantity, second.unwrap().quantity), (0, 0));
    let refused = stock.take_once("stock-3", "cars", 1).await.unwrap_err();
    assert_eq!(refused, OrderError::OutOfStock { item_name: "cars".to_owned(), left: 0 });
    let database = world.close().await;
    assert_eq!((database.left("cars"), database.count("stock"), database.count("payment")), (0, 2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_comes_second_writes_nothing() {
    let world = World::open().await;
    let state = StateStore::new(world.connection()).unwrap();
    assert!(state.insert("shelf", &1).await.unwrap());
    assert!(!state.insert("shelf", &2).await.unwrap());
    let read = state.get::<u32>("shelf").await.unwrap().unwrap();
    state.transaction([Write::replace("shelf", &3, read.etag.clone()).unwrap()]).await.unwrap();
    let late = [Write::insert("stock-late", &4).unwrap(), Write::replace("shelf", &4, read.etag).unwrap()];
    assert!(matches!(state.transaction(late).await, Err(StateError::Refused { .. })));
    assert_eq!(state.get::<u32>("shelf").await.unwrap().unwrap().value, 3);
    assert!(state.get::<u32>("stock-late").await.unwrap().is_none());
    assert!(matches!(state.get::<String>("shelf").await, Err(StateError::Undecodable { .. })));
    world.close().await;
}
