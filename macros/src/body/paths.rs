//! Paths, methods and casts whose value a replay would not see again.
//!
//! A path is known by its end, because `use` shortens paths from the front. A free function renamed by
//! `use .. as ..` passes here; `docs/errors.md` names what closes that hole.

use syn::{Expr, ExprCast, ExprMethodCall, Path, Type};

use super::Refusal;
use crate::catalogue::{self as say, Row};
use crate::spelling::spelled;

/// A refused path: its last segments, its diagnostic, and what to write instead.
struct Refused {
    end: &'static [&'static str],
    row: &'static Row,
    remedy: &'static str,
}

const NOW: &str = "use `ctx.now()`";
const UUID: &str = "use `ctx.new_uuid()`";
const DRAW: &str = "draw it in an `#[activity]` and await that";
const SLEEP: &str = "use `ctx.create_timer(..).await`, or `.timeout(..)` on what you wait for";
const JOIN: &str = "await a tuple or a `Vec` of calls, or start a child workflow";
const MOVE: &str = "do it in an `#[activity]` and await that";
const INPUT: &str = "read it in an `#[activity]`, or pass it as input";
const END: &str = "return an error, which ends this instance alone";

macro_rules! refused {
    ($($row:ident $remedy:ident: $($($segment:ident)::+),+;)*) => {
        /// Ends of refused paths.
        static ENDS: &[Refused] = &[$($(
            Refused { end: &[$(stringify!($segment)),+], row: &say::$row, remedy: $remedy },
        )+)*];
    };
}

refused! {
    CLOCK NOW: SystemTime::now, Instant::now, Utc::now, Local::now, OffsetDateTime::now_utc, OffsetDateTime::now_local,
        Zoned::now, jiff::Timestamp::now, UtcDateTime::now;
    RANDOM UUID: Uuid::new_v4, Uuid::now_v7, Uuid::now_v1, Uuid::now_v6, Ulid::new, nanoid::nanoid;
    RANDOM DRAW: rand::random, rand::rng, rand::thread_rng, rand::random_range, rand::random_bool, thread_rng, fastrand::u64,
        fastrand::u32, fastrand::usize, fastrand::bool, fastrand::shuffle, getrandom::getrandom, getrandom::fill,
        OsRng, SmallRng::from_os_rng, StdRng::from_os_rng, RandomState::new;
    WAIT SLEEP: thread::sleep, time::sleep, time::sleep_until, time::interval, time::timeout;
    SPAWN JOIN: tokio::spawn, task::spawn, task::spawn_local, thread::spawn, thread::scope, rayon::spawn, rayon::join,
        rayon::scope, smol::spawn;
    SPAWN MOVE: task::spawn_blocking, task::block_in_place, thread::park, thread::park_timeout, thread::current, thread::yield_now,
        task::yield_now;
    BLOCKING MOVE: futures::executor::block_on, executor::block_on, pollster::block_on, block_on, mpsc::channel,
        mpsc::sync_channel, mpsc::unbounded_channel, oneshot::channel, broadcast::channel, watch::channel;
    ENVIRONMENT INPUT: env::var, env::vars, env::var_os, env::vars_os, env::args, env::args_os, env::current_dir,
        env::current_exe, env::temp_dir, env::home_dir, env::set_var, env::remove_var, process::id,
        thread::available_parallelism;
    INPUT_OUTPUT END: process::exit, process::abort;
    INPUT_OUTPUT MOVE: File::open, File::create, File::create_new, OpenOptions::new, TcpStream::connect, TcpListener::bind, UdpSocket::bind,
        UnixStream::connect, UnixListener::bind, process::Command::new, io::stdin, io::stdout, io::stderr,
        fs::read, fs::read_to_string, fs::read_dir, fs::read_link, fs::write, fs::copy, fs::rename, fs::remove_file,
        fs::remove_dir, fs::remove_dir_all, fs::create_dir, fs::create_dir_all, fs::metadata, fs::symlink_metadata,
        fs::canonicalize, fs::exists, fs::hard_link, fs::set_permissions;
    ADDRESS MOVE: ptr::from_ref, ptr::from_mut, Rc::as_ptr, Arc::as_ptr;
}

/// Beginnings of paths under which everything is refused.
static MODULES: &[Refused] = &[
    Refused { end: &["std", "fs"], row: &say::INPUT_OUTPUT, remedy: MOVE },
    Refused { end: &["std", "net"], row: &say::INPUT_OUTPUT, remedy: MOVE },
    Refused { end: &["std", "process"], row: &say::INPUT_OUTPUT, remedy: MOVE },
    Refused { end: &["tokio", "fs"], row: &say::INPUT_OUTPUT, remedy: MOVE },
    Refused { end: &["tokio", "net"], row: &say::INPUT_OUTPUT, remedy: MOVE },
    Refused { end: &["tokio", "process"], row: &say::INPUT_OUTPUT, remedy: MOVE },
    Refused { end: &["reqwest"], row: &say::INPUT_OUTPUT, remedy: MOVE },
    Refused {
        end: &["tokio"],
        row: &say::SPAWN,
        remedy: "wait with the workflow's own timers, events and calls",
    },
];

/// Methods that wait on the thread, or on real time.
const BLOCKING_METHODS: [&str; 7] = [
    "block_on",
    "blocking_recv",
    "blocking_send",
    "blocking_lock",
    "blocking_read",
    "blocking_write",
    "now_or_never",
];

/// The refusal of a path that names something a replay would not see again.
pub(super) fn refusal(path: &Path) -> Option<Refusal> {
    let refused = find(&names(path))?;
    Some(Refusal::new(refused.row, path, &[("path", &spelled(path)), ("remedy", refused.remedy)]))
}

/// The error of a path that an import made another name for.
pub(crate) fn refused_as(path: &Path, meant: &Path) -> Option<syn::Error> {
    let refused = find(&names(meant))?;
    let shown = format!("{}` = `{}", spelled(path), spelled(meant));
    Some(crate::errors::error(refused.row, path, &[("path", &shown), ("remedy", refused.remedy)]))
}

/// The refusal of a method that waits on the thread.
pub(super) fn blocking_method(call: &ExprMethodCall) -> Option<Refusal> {
    let method = call.method.to_string();
    let shown = format!(".{method}()");
    BLOCKING_METHODS
        .contains(&&*method)
        .then(|| Refusal::new(&say::BLOCKING, &call.method, &[("path", &shown), ("remedy", MOVE)]))
}

/// The refusal of `x as *const T`: addresses differ from run to run.
pub(super) fn cast(cast: &ExprCast) -> Option<Refusal> {
    matches!(&*cast.ty, Type::Ptr(_)).then(|| Refusal::new(&say::ADDRESS, &cast.ty, &[]))
}

/// The path that an awaited expression begins with: `a::b` of `a::b(x).c().await`.
pub(super) fn leading(expr: &Expr) -> Option<&Path> {
    match expr {
        Expr::Path(path) => Some(&path.path),
        Expr::Call(call) => leading(&call.func),
        Expr::MethodCall(call) => leading(&call.receiver),
        Expr::Await(awaited) => leading(&awaited.base),
        Expr::Try(tried) => leading(&tried.expr),
        Expr::Paren(paren) => leading(&paren.expr),
        Expr::Group(group) => leading(&group.expr),
        Expr::Field(field) => leading(&field.base),
        _ => None,
    }
}

fn names(path: &Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

fn find(names: &[String]) -> Option<&'static Refused> {
    let ends = ENDS.iter().find(|refused| {
        names.len() >= refused.end.len()
            && refused.end.iter().rev().zip(names.iter().rev()).all(|(end, name)| end == name)
    });
    ends.or_else(|| {
        MODULES.iter().find(|refused| {
            names.len() > refused.end.len()
                && refused.end.iter().zip(names).all(|(start, name)| start == name)
        })
    })
}

#[cfg(test)]
mod tests {
    use syn::parse_str;

    use super::*;

    #[test]
    fn paths_are_known_by_their_end() {
        for refused in [
            "SystemTime::now",
            "std::time::SystemTime::now",
            "Utc::now",
            "tokio::time::sleep",
            "tokio::sync::Notify::new",
            "std::fs::read",
            "rand::random",
            "thread_rng",
            "std::env::var",
        ] {
            assert!(refusal(&parse_str(refused).unwrap()).is_some(), "{refused}");
        }
    }

    #[test]
    fn like_named_paths_pass() {
        for fine in
            ["now", "Order::now", "order::sleep", "env", "charge", "fs::order", "tokio", "ctx", "Vec::new"]
        {
            assert!(refusal(&parse_str(fine).unwrap()).is_none(), "{fine}");
        }
    }
}
