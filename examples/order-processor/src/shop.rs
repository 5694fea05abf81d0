//! What the activities share.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::console;
use crate::stock::Stock;

/// The shop: its stock and its voice.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The goods and the books.
    pub stock: Stock,
    heard: Option<Arc<Mutex<Vec<String>>>>,
}

impl Shop {
    /// A shop that speaks on standard output.
    pub fn new(stock: Stock) -> Self {
        Self { stock, heard: None }
    }

    /// A shop whose words are kept instead, for tests.
    pub fn recorded(stock: Stock) -> Self {
        Self { stock, heard: Some(Arc::default()) }
    }

    /// Says one line.
    pub fn say(&self, line: impl fmt::Display) {
        match &self.heard {
            None => console::say(line),
            Some(heard) => heard.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_string()),
        }
    }

    /// What was said so far, if it is kept.
    pub fn heard(&self) -> Vec<String> {
        let heard =
            self.heard.as_ref().map(|heard| heard.lock().unwrap_or_else(PoisonError::into_inner).clone());
        heard.unwrap_or_default()
    }
}
