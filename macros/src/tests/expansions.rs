use quote::quote;

use super::expansion;
use crate::kind::Kind::{Activity, Durable, Pure, Workflow};

macro_rules! expands {
    ($($name:ident: $kind:ident($($options:tt)*) $item:tt)*) => {
        $(#[test]
        fn $name() {
            let item = unbrace(quote!($item));
            insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(stringify!($name), expansion($kind, quote!($($options)*), item));
            });
        })*
    };
}

fn unbrace(tokens: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    match tokens.into_iter().next() {
        Some(proc_macro2::TokenTree::Group(group)) => group.stream(),
        _ => panic!("the item stands in braces"),
    }
}

expands! {
    activity_with_everything: Activity(name = "pay", app = "bank", retry(max_attempts = 3, first_interval = "1s", backoff = 2.0, max_interval = "1m30s", timeout = "1500ms")) {
        /// Charges the card.
        #[cfg(feature = "payments")]
        #[deprecated = "use `charge`"]
        #[expect(unused_variables)]
        pub async fn process_payment(ctx: &ActivityContext, bank: State<Bank>, mut payment: Payment, note: String) -> Result<Receipt, PaymentError> {
            bank.charge(ctx.task_execution_id(), payment).await
        }
    }
    activity_without_parameters: Activity() {
        async fn tick() {}
    }
    activity_of_another_app: Activity(app = "risk", name = "Score") {
        pub(crate) async fn score(customer: u64) -> f64;
    }
    workflow_with_context: Workflow() {
        /// Handles one order.
        pub async fn order_processing(ctx: &WorkflowContext, order: Order) -> Result<OrderResult> {
            let id = ctx.instance_id();
            notify(format!("Received order {id}")).await?;
            let (stock, mail) = (update(order.clone()), mail_receipt(id)).await;
            let labels = order.boxes().map(print_label).collect::<Vec<_>>().await;
            Ok(OrderResult { processed: stock.is_ok() })
        }
    }
    workflow_version: Workflow(name = "order", version = "2", latest) {
        async fn order_v2(r#type: String) -> Result<()> { settle(&r#type).await }
    }
    workflow_of_another_app: Workflow(app = "billing") {
        async fn invoice(order: Order) -> Result<Invoice>;
    }
    blocks_closures_and_macros: Workflow() {
        async fn everywhere(items: Vec<Item>) -> Result<u64> {
            let labels = items.iter().map(|item| async move { label(item.clone()).await?; ship(item.clone()).await });
            let sums = items.iter().map(async move |item| count(item).await);
            let typed = items.iter().map(async move |item| -> Result<u64> { Ok(count(item).await?) });
            assert!(items.is_empty(), "shipped {:?}", labels.collect::<Vec<_>>().await);
            let all = vec![async { count(1).await }, async { count(2).await }].await;
            fn nested() -> u64 { async { tokio_like().await }; 7 }
            if let Some(first) = all.first() { return Ok(*first); }
            Ok(nested())
        }
    }
    workflow_that_continues_as_new: Workflow() {
        async fn monitor(state: Health) -> u32 {
            check(state).await;
            if state.done { return 1; }
            return monitor(state.next()).continue_as_new().await;
        }
    }
    select_is_a_race: Workflow() {
        async fn first(ctx: &WorkflowContext, order: Order) -> Result<Option<Receipt>> {
            loop {
                select! {
                    paid = pay(order.clone()) => { ship(paid?).await?; }
                    Ok(approval) | Err(approval) = APPROVAL.recv() => info!("{approval}"),
                    () = ctx.create_timer(Duration::from_secs(1)) => return Ok(None),
                }
            }
        }
    }
    questions_about_types: Workflow() {
        async fn asked(ctx: &WorkflowContext, stock: Stock) -> Result<u64> {
            let price = price_of(&stock)?;
            charge(price).await?;
            audit(price);
            for (item, count) in &stock { restock(item.clone(), *count).await?; }
            let names = stock.keys().map(String::as_str).collect::<Vec<_>>();
            info!("{names:?} {}", RATES.len());
            Ok(LIMITS.max(7))
        }
    }
    durable_helper: Durable() {
        /// Settles the bill.
        pub(crate) async fn settle<'a>(ctx: &WorkflowContext, order: &'a Order, mut tries: u32) -> Result<&'a str> {
            while tries > 0 { charge(order.total).await?; tries -= 1; ctx.sleep(Duration::from_secs(1)).await; }
            Ok(&order.id)
        }
    }
    another_crate_path: Workflow(crate = "::renamed") {
        async fn elsewhere() { tick().await; }
    }
    broken_signature_keeps_its_callers: Workflow() {
        async fn greet<T: Clone>(name: &str, (a, b): (u8, u8), extra: T, state: impl Into<String>) -> &'static str { hello(name).await }
    }
    broken_body_keeps_its_callers: Workflow() {
        async fn half_typed(order: Order) -> Result<()> { let x = ; order. }
    }
    closed_workflow: Workflow(closed) {
        async fn order(order: Order) -> Result<u64> {
            let (a, b) = (charge(1), ship(order)).await;
            if a.is_err() { race((refund(1).retry(RetryPolicy::new(3)), APPROVAL.recv())).await; }
            Ok(b?)
        }
    }
    locked_workflow: Workflow(name = "order", locked = "0123456789abcdef") {
        async fn order_processing() { tick().await; }
    }
    strict_workflow: Workflow(strict, trust(rate)) {
        async fn order(count: u64) -> Result<u64> {
            let price = prices::total(count) * rate() + std::cmp::max(1, count);
            Ok(charge(price).await?)
        }
    }
    pure_function: Pure() {
        /// The price of all.
        #[cfg(feature = "prices")]
        pub fn total<T: Into<u64>>(count: T) -> u64 { doubled(count.into()) }
    }
    opt_outs: Workflow() {
        async fn counted(stock: Stock) -> usize {
            #[accept(DC0312, reason = "only counted")]
            let many = stock.keys().count();
            #[accept(DC0201, reason = "only logged")]
            let now = SystemTime::now();
            info!("{now:?}");
            many
        }
    }
    forgotten_and_touching: Workflow() {
        async fn forgetful(path: PathBuf) -> bool {
            let _paid = charge(1);
            path.exists()
        }
    }
}
