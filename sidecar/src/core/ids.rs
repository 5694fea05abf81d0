//! Execution ids, completion tokens, instance ids and etags: unique, and an argument of the core.

use std::fmt::Write as _;

/// Where the core takes unique ids from.
pub trait Ids: Send {
    /// An id that was never given before.
    fn next(&mut self) -> String;
}

/// Random version 4 UUIDs.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&mut self) -> String {
        uuid::Uuid::new_v4().to_string()
    }
}

/// Counted ids in the shape of UUIDs, the same in every run, for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct CountedIds(u64);

impl Ids for CountedIds {
    fn next(&mut self) -> String {
        self.0 += 1;
        let mut id = String::from("00000000-0000-4000-8000-");
        write!(id, "{:012x}", self.0).expect("writing to a string cannot fail");
        id
    }
}
