use quote::quote;

use super::messages;
use crate::kind::Kind::{self, Activity, Durable, Workflow};

/// The codes of the messages for one item, in the order of the checks.
fn codes(kind: Kind, item: proc_macro2::TokenStream) -> Vec<String> {
    messages(kind, quote!(), item).iter().map(|text| text[1..7].to_owned()).collect()
}

#[test]
fn every_mistake_of_an_item_is_reported_at_once() {
    let found = codes(
        Workflow,
        quote! {
            #[instrument]
            unsafe fn order<T>(order: &Order, ctx: WorkflowContext, bank: State<Bank>, (a, b): (u8, u8)) -> impl Debug {
                std::thread::sleep(d);
                println!("{}", SystemTime::now());
            }
        },
    );
    let expected = [
        "DC0013", "DC0002", "DC0005", "DC0004", "DC0007", "DC0006", "DC0009", "DC0011", "DC0008", "DC0212",
        "DC0201", "DC0203",
    ];
    assert_eq!(found, expected);
}

#[test]
fn each_rule_about_the_function_has_its_code() {
    let cases = [
        (
            Activity,
            quote!(
                async fn f(&self) {}
            ),
            "DC0003",
        ),
        (
            Activity,
            quote!(
                fn f() {}
            ),
            "DC0002",
        ),
        (
            Activity,
            quote!(
                async fn f<'a>() {}
            ),
            "DC0004",
        ),
        (
            Activity,
            quote!(
                const async fn f() {}
            ),
            "DC0005",
        ),
        (
            Activity,
            quote!(
                async extern "C" fn f() {}
            ),
            "DC0005",
        ),
        (
            Activity,
            quote!(
                async fn f(x: Vec<impl Debug>) {}
            ),
            "DC0006",
        ),
        (
            Activity,
            quote!(
                async fn f() -> Result<Cow<'_, str>> {}
            ),
            "DC0007",
        ),
        (
            Activity,
            quote!(
                async fn f(_: u8) {}
            ),
            "DC0008",
        ),
        (
            Activity,
            quote!(
                async fn f(ctx: &WorkflowContext) {}
            ),
            "DC0009",
        ),
        (
            Activity,
            quote!(
                async fn f(ctx: &mut ActivityContext) {}
            ),
            "DC0009",
        ),
        (
            Activity,
            quote!(
                async fn f(x: u8, ctx: &ActivityContext) {}
            ),
            "DC0010",
        ),
        (
            Workflow,
            quote!(
                async fn f(a: &WorkflowContext, b: &WorkflowContext) {}
            ),
            "DC0010",
        ),
        (
            Durable,
            quote!(
                async fn f(bank: State<Bank>) {}
            ),
            "DC0011",
        ),
        (
            Activity,
            quote!(
                async fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8) {}
            ),
            "DC0012",
        ),
        (
            Activity,
            quote!(
                #[tokio::test]
                async fn f() {}
            ),
            "DC0013",
        ),
        (
            Activity,
            quote!(
                #[dacapo::workflow]
                async fn f() {}
            ),
            "DC0014",
        ),
        (
            Activity,
            quote!(
                async fn f(#[cfg(unix)] x: u8) {}
            ),
            "DC0015",
        ),
        (
            Durable,
            quote!(
                async fn f();
            ),
            "DC0016",
        ),
    ];
    for (kind, item, code) in cases {
        let source = item.to_string();
        assert_eq!(codes(kind, item), [code], "{source}");
    }
}

#[test]
fn each_rule_about_the_body_has_its_code() {
    let cases = [
        (quote!(Utc::now();), "DC0201"),
        (quote!(let x = id.unwrap_or_else(Uuid::new_v4);), "DC0202"),
        (quote!(tokio::time::sleep(d).await;), "DC0203"),
        (quote!(tokio::spawn(async {});), "DC0204"),
        (quote!(std::fs::read("x")?;), "DC0205"),
        (quote!(let x = std::env::var("X");), "DC0206"),
        (quote!(let x = env!("X");), "DC0207"),
        (quote!(rt.block_on(f);), "DC0208"),
        (
            quote!(
                static N: u8 = 1;
            ),
            "DC0209",
        ),
        (quote!(thread_local! { static N: u8 = 1; }), "DC0210"),
        (quote!(unsafe { f() };), "DC0211"),
        (quote!(info!("{}", unsafe { f() });), "DC0211"),
        (quote!(println!("x");), "DC0212"),
        (quote!(info!("{}", ctx.start(charge(1)).await);), "DC0227"),
        (quote!(debug!(id = ctx.start_detached(audit())?);), "DC0227"),
        (quote!(let x = debug_assert!(x().await);), "DC0227"),
        (quote!(let x = &y as *const u8;), "DC0213"),
        (quote!(let x = format!("{:p}", y);), "DC0213"),
        (quote!(my_macro!(x);), "DC0214"),
        (quote!(let x = vec![my_macro!(x)];), "DC0214"),
        (quote!(tokio::select! { x = y => {} }), "DC0215"),
        (quote!(let f = async |x| g(x).await;), "DC0216"),
        (
            quote!(loop {
                charge().await;
            }),
            "DC0217",
        ),
        (
            quote!(while true {
                for x in y {
                    if x {
                        break;
                    }
                    charge().await;
                }
            }),
            "DC0217",
        ),
        (quote!(return other().continue_as_new().await;), "DC0218"),
        (quote!(let f = || this().continue_as_new();), "DC0219"),
        (quote!(this().continue_as_new().await; x()), "DC0220"),
        (quote!(#[accept(DC0201)] let now = Utc::now();), "DC0223"),
        (quote!(#[accept(DC0215, reason = "no")] let x = 7;), "DC0223"),
        (quote!(#[accept(reason = "what?")] let x = 7;), "DC0223"),
        (quote!(#[accept] let x = 7;), "DC0223"),
        (quote!(#[accept(DC0201, reason = "nothing")] let x = 7;), "DC0224"),
        (quote!(select! { x = y => z }), "DC0221"),
        (quote!(let a = select! { x = y => z, biased };), "DC0221"),
    ];
    for (body, code) in cases {
        let source = body.to_string();
        assert_eq!(codes(Workflow, quote!(async fn this() { #body })), [code], "{source}");
    }
}

#[test]
fn what_replays_has_no_message() {
    let bodies = [
        quote!(loop {
            if charge().await {
                break;
            }
        }),
        quote!(loop {
            wait().await;
            return this().continue_as_new().await;
        }),
        quote!('a: loop {
            loop {
                x().await;
                break 'a;
            }
        }),
        quote!(loop {
            step();
        }),
        quote!(let now = ctx.now(); let id = ctx.new_uuid(); let s = Order::now();),
        quote!(if x {
            this().continue_as_new().drop_events().await
        } else {
            match y {
                _ => (this().continue_as_new().await),
            }
        }),
        quote!(info!("{} {}", found.start(), range.start);),
        quote!(assert!(matches!(x, Some(y) if y > 1)); debug!(a = %b, ?c, "text {}", d);),
        quote!(let f = async move |x| g(x).await; let v = dacapo::anything!(x);),
        quote!(#[accept(DC0201, reason = "only logged")] let now = Utc::now();),
        quote!(if #[dacapo::accept(DC0201, DC0212, reason = "x")]
        f(Utc::now(), print!("x"))
        {
            g();
        }),
        quote!(
            #[accept(DC0217, reason = "terminated from outside")]
            loop {
                charge().await;
            }
        ),
        quote!(#[accept(DC0212, reason = "x")] println!("x");),
        quote!(
            #[accept(DC0209, reason = "x")]
            static N: u8 = 1;
        ),
        quote!(let t = #[accept(DC0204, reason = "x")] tokio::spawn(async { 1 });),
        quote!(
            fn helper() {
                println!("a nested function is its own");
            }
        ),
    ];
    for body in bodies {
        let source = body.to_string();
        assert_eq!(codes(Workflow, quote!(async fn this() { #body })), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn an_allowed_macro_is_taken_and_its_awaits_are_effects() {
    let item = quote!(
        async fn f() {
            geo::point!(x <- charge().await);
        }
    );
    let found = messages(Workflow, quote!(allow_macros(point)), item.clone());
    assert_eq!(found, Vec::<String>::new());
    let text = super::expansion(Workflow, quote!(allow_macros(geo::point)), item);
    assert!(text.contains("charge().__durable(__ctx). await"), "{text}");
    assert!(text.contains("use ::dacapo::__private::AwaitExt as _;"), "{text}");
}

#[test]
fn an_attribute_on_something_else_says_so() {
    let found = messages(
        Activity,
        quote!(),
        quote!(
            struct Order;
        ),
    );
    assert_eq!(found, ["[DC0001] `#[activity]` marks an async function; put it on an `async fn`"]);
}
