//! Output. `println!` panics when nobody reads any more, and no order should fail because of `| head`.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Writes a line to standard output.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Writes a line to standard output without ending it.
pub fn prompt(question: impl Display) {
    let mut stdout = io::stdout().lock();
    let _ = write!(stdout, "{question}").and_then(|()| stdout.flush());
}

/// Writes a line to standard error, in the program's name.
pub fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "order-processor: {line}");
}
