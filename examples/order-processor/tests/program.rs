//! The program as people run it: what it prints, how it ends, and how it goes on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::process::Stdio;

use common::database::Database;
use common::process::{Ended, Process, Sidecar, order_processor};
use tempfile::TempDir;

const QUICK: &str = "--approval-delay=50ms";

fn run(folder: &TempDir, arguments: &[&str]) -> Ended {
    Process::order_processor(folder.path(), arguments, &[]).ended()
}

fn database(folder: &TempDir) -> Database {
    Database::read(&folder.path().join("orders.db"))
}

#[test]
fn without_flags_ten_cars_are_bought() {
    let folder = TempDir::new().unwrap();
    let ended = run(&folder, &[]);
    let id = ended.lines.iter().find_map(|line| line.strip_prefix("Starting order workflow ")).unwrap();
    let id = id.split(',').next().unwrap();
    let expected = [
        "*** Welcome to the Dapr Workflow console app sample!",
        "*** Using this app, you can place orders that start workflows.",
        "adding base stock item: paperclip",
        "adding base stock item: cars",
        "adding base stock item: computers",
        "==========Begin the purchase of item:==========",
        &format!("Starting order workflow {id}, purchasing 10 of cars"),
        &format!("NotifyActivity: Received order {id} for 10 cars - $150000"),
        &format!("VerifyInventoryActivity: Verifying inventory for order {id} of 10 cars"),
        "VerifyInventoryActivity: There are 100 cars available for purchase",
        "RequestApprovalActivity: Requesting approval for payment of 150000USD for 10 cars",
        &format!("NotifyActivity: Payment for order {id} has been approved!"),
        &format!("ProcessPaymentActivity: {id} for 10 - cars (150000USD)"),
        &format!("UpdateInventoryActivity: Checking Inventory for order {id} for 10 * cars"),
        "UpdateInventoryActivity: There are now 90 cars left in stock",
        &format!("NotifyActivity: Order {id} has completed!"),
        "workflow status: COMPLETED",
        "Purchase of item is complete",
    ];
    ended.check(0, &expected);
    let places = expected.map(|text| ended.lines.iter().position(|line| line.contains(text)).unwrap());
    assert!(places.is_sorted(), "{}", ended.lines.join("\n"));
    assert!(!ended.said("WARN") && !ended.said("ERROR"), "{}", ended.lines.join("\n"));
}

#[test]
fn an_order_that_is_not_processed_ends_with_1_and_says_why() {
    let folder = TempDir::new().unwrap();
    let check = |arguments: &[&str], texts: &[&str]| run(&folder, arguments).check(1, texts);
    let (rejected, failed) = ("workflow status: COMPLETED", "workflow status: FAILED");
    check(
        &["--id=a", QUICK, "--approval=deny"],
        &[rejected, "order a was not processed: Payment for order a has been rejected!"],
    );
    check(
        &["--id=b", "--approval=none", "--approval-timeout=50ms"],
        &[rejected, "cancelled due to timeout!"],
    );
    check(
        &["--id=c", "--item=paperclip", "--quantity=101"],
        &[rejected, "not processed: Insufficient inventory for paperclip"],
    );
    check(
        &["--id=d", QUICK, "--fail=inventory"],
        &[rejected, "RefundActivity: Refunding 150000USD for order d"],
    );
    check(
        &["--id=e", QUICK, "--fail=payment"],
        &[failed, "order e failed: the bank declined the payment of 150000 USD"],
    );
    let database = database(&folder);
    assert_eq!((database.left("cars"), database.left("paperclip"), database.count("payment")), (100, 100, 1));
}

#[test]
fn an_unfinished_order_is_resumed_without_an_id_and_with_it() {
    let folder = TempDir::new().unwrap();
    for (id, resume) in [("first", &[][..]), ("second", &["--id=second"][..])] {
        let mut killed = Process::order_processor(folder.path(), &["--id", id, "--approval=none"], &[]);
        killed.line_with("Requesting approval");
        killed.kill();
        let ended = run(&folder, &[resume, &[QUICK]].concat());
        let resuming = format!("Order {id} is unfinished: resuming it");
        ended.check(0, &[&resuming, "has been approved!", "workflow status: COMPLETED"]);
        assert!(!ended.said("VerifyInventoryActivity"), "what was done is not done again");
    }
    let database = database(&folder);
    assert_eq!((database.left("cars"), database.count("payment")), (80, 2));
}

#[test]
fn a_finished_order_is_shown_and_not_paid_again() {
    let folder = TempDir::new().unwrap();
    run(&folder, &["--id=once", "--item=paperclip"]).check(0, &["There are now 90 paperclip left"]);
    let again = run(&folder, &["--id=once", "--item=paperclip"]);
    again.check(
        0,
        &["Order once is finished already", "workflow status: COMPLETED", "Purchase of item is complete"],
    );
    assert!(!again.said("Activity: "), "nothing is done");
    run(&folder, &["--id=no", "--item=paperclip", "--fail=payment"]).check(1, &[]);
    run(&folder, &["--id=no"]).check(1, &["finished already", "order no failed: the bank declined"]);
    let database = database(&folder);
    assert_eq!((database.left("paperclip"), database.count("payment")), (90, 1));
}

#[test]
fn you_are_asked_when_you_are_the_manager() {
    let folder = TempDir::new().unwrap();
    for (id, answer, code) in [("yes", "y", 0), ("no", "n", 1)] {
        let mut asking = Process::order_processor(folder.path(), &["--id", id, "--approval=ask", QUICK], &[]);
        asking.line_with("Requesting approval");
        asking.tell(answer);
        asking.ended().check(code, &["Approve order", "workflow status: COMPLETED"]);
    }
    assert_eq!(database(&folder).left("cars"), 90);
}

#[test]
fn another_sidecar_is_used_when_the_environment_names_it() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("elsewhere.db");
    let sidecar = Process::sidecar(&["--port=0", "--db", db.to_str().unwrap()]);
    let address = common::address(&sidecar);
    let variables = [("DAPR_GRPC_ENDPOINT", address.as_str())];
    let ended = Process::order_processor(folder.path(), &[QUICK], &variables).ended();
    ended.check(0, &[&address, "workflow status: COMPLETED"]);
    drop(sidecar);
    assert!(!folder.path().join("orders.db").exists(), "no embedded sidecar was started");
    assert_eq!(Database::read(&db).left("cars"), 90);
}

#[test]
fn sigterm_drains_and_says_how_to_go_on() {
    let folder = TempDir::new().unwrap();
    let mut waiting = Process::order_processor(folder.path(), &["--id=kept", "--approval=none"], &[]);
    waiting.line_with("Requesting approval");
    waiting.terminate();
    waiting.ended().check(143, &["order kept is not finished and not lost", "`--id kept`"]);
    run(&folder, &["--id=kept", QUICK]).check(0, &["resuming it", "workflow status: COMPLETED"]);
    let database = database(&folder);
    assert_eq!((database.left("cars"), database.count("payment")), (90, 1));
}

#[test]
fn a_sidecar_that_is_stopped_and_started_again_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("elsewhere.db");
    let mut sidecar = Sidecar::start(&db);
    let port = sidecar.port.to_string();
    let variables = [("DAPR_GRPC_PORT", port.as_str())];
    let mut waiting = Process::order_processor(folder.path(), &["--approval=ask", QUICK], &variables);
    waiting.line_with("Requesting approval");
    sidecar.stop_and_restart();
    waiting.tell("yes");
    waiting.ended().check(0, &["has been approved!", "workflow status: COMPLETED"]);
    drop(sidecar);
    let database = Database::read(&db);
    assert_eq!((database.left("cars"), database.count("payment")), (90, 1));
}

#[test]
fn an_order_goes_on_when_nobody_reads_the_output() {
    let folder = TempDir::new().unwrap();
    let mut command = order_processor(folder.path());
    let mut child = command.arg(QUICK).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(database(&folder).left("cars"), 90);
}
