//! Printing, to a reader who may go away at any time.

use std::error::Error;
use std::io::{self, Write as _};

/// Prints a line.
///
/// # Errors
/// The reader has gone away.
pub(super) fn line(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

/// Prints a line that nobody has to read.
pub(super) fn remark(text: &str) {
    if line(text).is_err() {
        tracing::debug!(text, "nobody reads the output");
    }
}

/// Prints a line about a mistake, which is not worth another one.
pub(super) fn complain(text: &str) {
    drop(writeln!(io::stderr(), "{text}"));
}

/// Whether an error only says that nobody reads the output any more.
pub(super) fn is_closed(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
