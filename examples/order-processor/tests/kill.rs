//! order-processor, its sidecar, or both are killed with SIGKILL at random moments of an order's life and started
//! again. Every order ends as it must, none is lost, none is paid or taken from stock twice.
//!
//! `DACAPO_KILLS` says how many orders are run, each with a kill or two (40 unless set); `DACAPO_SEED` repeats a run.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use common::database::Database;
use common::process::{Ended, Process, Sidecar};
use tempfile::TempDir;

const ORDERS: usize = 40;
const ORDERS_A_SHOP: usize = 10;
/// Shops that are open at a time.
const SHOPS_AT_A_TIME: usize = 4;
/// Orders that are under way at a time in a shop with a sidecar of its own process.
const LANES: usize = 3;
/// How often an order may have to be started until it ends. Its neighbours kill the sidecar too.
const STARTS_MAX: usize = 20;
/// About as many lines as an order says.
const LINES_MAX: usize = 14;
/// The longest wait between a line and the kill: about the time that a step takes.
const JITTER_MAX_MICROS: u64 = 5_000;

#[test]
fn killed_orders_end_as_they_must_and_nothing_is_paid_or_taken_twice() {
    let orders = number("DACAPO_KILLS").map_or(ORDERS, |count| usize::try_from(count).unwrap());
    let seed = number("DACAPO_SEED").unwrap_or_else(seed_of_the_moment);
    let begun = Instant::now();
    say(&format!("kill test: {orders} orders, DACAPO_SEED={seed}"));
    let shops: VecDeque<usize> = (0..orders.div_ceil(ORDERS_A_SHOP)).collect();
    let (shops, kills) = (Mutex::new(shops), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..SHOPS_AT_A_TIME {
            scope.spawn(|| {
                while let Some(shop) = next(&shops) {
                    let size = ORDERS_A_SHOP.min(orders - shop * ORDERS_A_SHOP);
                    Shop::open(shop, size, seed, &kills).run();
                }
            });
        }
    });
    let kills = kills.into_inner();
    say(&format!(
        "kill test: {orders} orders survived {kills} kills in {:.0?}, DACAPO_SEED={seed}",
        begun.elapsed()
    ));
    assert!(
        usize::try_from(kills).unwrap() * 2 >= orders,
        "only {kills} kills hit: the moments are badly chosen"
    );
}

/// One database with its orders.
struct Shop<'a> {
    folder: TempDir,
    sidecar: Option<Mutex<Sidecar>>,
    orders: Vec<Order>,
    kills: &'a AtomicU32,
    seed: u64,
}

/// What an order is, and what must become of it.
struct Order {
    id: String,
    item: &'static str,
    quantity: u32,
    flags: &'static [&'static str],
    fate: Fate,
    /// The kills of its first runs, at least one.
    kills: Vec<Plan>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Processed,
    Rejected,
    Declined,
    Refunded,
}

/// When a run is killed: after so many of its lines, and a moment.
#[derive(Clone, Copy, Debug)]
struct Plan {
    victim: Victim,
    lines: usize,
    jitter: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    Program,
    Sidecar,
    Both,
}

impl Plan {
    fn random(embedded: bool, random: &mut Random) -> Self {
        let victims =
            if embedded { [Victim::Program; 3] } else { [Victim::Program, Victim::Sidecar, Victim::Both] };
        Self {
            victim: victims[random.below(3)],
            lines: 1 + random.below(LINES_MAX),
            jitter: Duration::from_micros(random.next() % JITTER_MAX_MICROS),
        }
    }
}

impl<'a> Shop<'a> {
    /// Every other shop has its sidecar inside of order-processor, where one kill hits both.
    fn open(number: usize, size: usize, seed: u64, kills: &'a AtomicU32) -> Self {
        let mut random = Random(seed.wrapping_add(u64::try_from(number).unwrap()));
        let folder = TempDir::new().unwrap();
        let embedded = number % 2 == 1;
        let orders =
            (0..size).map(|order| Order::random(format!("order-{number}-{order}"), embedded, &mut random));
        let orders = orders.collect();
        let sidecar = (!embedded).then(|| Mutex::new(Sidecar::start(&folder.path().join("orders.db"))));
        Self { folder, sidecar, orders, kills, seed }
    }

    fn run(mut self) {
        let queue = Mutex::new((0..self.orders.len()).collect());
        let lanes = if self.sidecar.is_some() { LANES } else { 1 };
        thread::scope(|scope| {
            for _ in 0..lanes {
                scope.spawn(|| {
                    while let Some(order) = next(&queue) {
                        self.carry_out(&self.orders[order]);
                    }
                });
            }
        });
        drop(self.sidecar.take());
        self.check();
    }

    fn carry_out(&self, order: &Order) {
        let mut ended = self.start_once(order, 0);
        for start in 1..STARTS_MAX {
            // A run that was killed has no exit code, whatever it managed to say.
            if ended.status.code().is_some() && ended.said("workflow status: ") {
                return order.check(&ended, self.seed);
            }
            ended = self.start_once(order, start);
        }
        panic!("order {} does not end (seed {}):\n{}", order.id, self.seed, ended.lines.join("\n"));
    }

    /// Starts the order's program and kills it, if a kill is planned for this start and it lives long enough.
    fn start_once(&self, order: &Order, start: usize) -> Ended {
        let mut program = self.start(order);
        if let Some(plan) = order.kills.get(start).filter(|plan| program.said(plan.lines)) {
            // Not to wait for anything: the moment of the kill is what is random.
            thread::sleep(plan.jitter);
            self.kill(plan.victim, &mut program);
        }
        program.ended()
    }

    fn kill(&self, victim: Victim, program: &mut Process) {
        self.kills.fetch_add(1, Ordering::Relaxed);
        if victim != Victim::Sidecar {
            program.kill();
        }
        if let Some(sidecar) = self.sidecar.as_ref().filter(|_| victim != Victim::Program) {
            sidecar.lock().unwrap().kill_and_restart();
        }
    }

    fn start(&self, order: &Order) -> Process {
        let quantity = order.quantity.to_string();
        let mut arguments = vec!["--id", &order.id, "--item", order.item, "--quantity", &quantity];
        arguments.extend(["--approval-delay", "50ms"]);
        arguments.extend(order.flags);
        let port = self.sidecar.as_ref().map(|sidecar| sidecar.lock().unwrap().port.to_string());
        let variables: Vec<_> = port.iter().map(|port| ("DAPR_GRPC_PORT", port.as_str())).collect();
        Process::order_processor(self.folder.path(), &arguments, &variables)
    }

    /// What is on the disk in the end.
    fn check(&self) {
        let database = Database::read(&self.folder.path().join("orders.db"));
        let seed = self.seed;
        assert_eq!(database.integrity, "ok", "seed {seed}");
        assert_eq!(database.statuses.len(), self.orders.len(), "seed {seed}: {:?}", database.statuses);
        for order in &self.orders {
            let paid = database.booked("payment", &order.id).len();
            let refunded = database.booked("refund", &order.id).len();
            let expected = match order.fate {
                Fate::Processed => (1, 0),
                Fate::Refunded => (1, 1),
                Fate::Rejected | Fate::Declined => (0, 0),
            };
            assert_eq!((paid, refunded), expected, "payments and refunds of {} (seed {seed})", order.id);
        }
        for item in ["paperclip", "cars", "computers"] {
            let sold = self.orders.iter().filter(|order| order.item == item && order.fate == Fate::Processed);
            let sold: u32 = sold.map(|order| order.quantity).sum();
            assert_eq!(database.left(item), 100 - sold, "{item} left (seed {seed})");
        }
    }
}

impl Order {
    fn random(id: String, embedded: bool, random: &mut Random) -> Self {
        let (item, quantity, flags, fate): (_, _, &[&str], _) = match random.below(8) {
            0..=2 => ("paperclip", 1 + u32::try_from(random.below(3)).unwrap(), &[], Fate::Processed),
            // Above the limit: with a manager.
            3 | 4 => ("cars", 4, &["--approval=approve"], Fate::Processed),
            5 => ("cars", 4, &["--approval=deny"], Fate::Rejected),
            6 => ("computers", 2, &["--fail=inventory"], Fate::Refunded),
            _ => ("computers", 2, &["--fail=payment"], Fate::Declined),
        };
        let kills = (0..=random.below(2)).map(|_| Plan::random(embedded, random)).collect();
        Self { id, item, quantity, flags, fate, kills }
    }

    fn check(&self, ended: &Ended, seed: u64) {
        let (code, status) = match self.fate {
            Fate::Processed => (0, "COMPLETED"),
            Fate::Rejected | Fate::Refunded => (1, "COMPLETED"),
            Fate::Declined => (1, "FAILED"),
        };
        let said = ended.said(&format!("workflow status: {status}"));
        let all = ended.lines.join("\n");
        assert!(said && ended.status.code() == Some(code), "order {} (seed {seed}):\n{all}", self.id);
    }
}

fn next(queue: &Mutex<VecDeque<usize>>) -> Option<usize> {
    queue.lock().unwrap().pop_front()
}

fn number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable} is `{value}` and no number")))
}

fn seed_of_the_moment() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    u64::from(now.subsec_nanos()) ^ u64::from(std::process::id()) << 20
}

/// Past the capture of test output: the seed of a run that hangs is wanted too.
fn say(line: &str) {
    use std::io::Write as _;
    let mut stderr = std::io::stderr().lock();
    writeln!(stderr, "{line}").unwrap();
}

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }
}
