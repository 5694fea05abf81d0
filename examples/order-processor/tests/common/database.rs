//! What the embedded sidecar's file says, read from outside.

use std::collections::BTreeMap;
use std::path::Path;

use order_processor::models::{InventoryItem, Receipt};
use rusqlite::{Connection, OpenFlags};

/// The state store and the instances, as they are on the disk.
#[derive(Debug)]
pub(crate) struct Database {
    state: BTreeMap<String, String>,
    /// Status numbers of all instances, by id.
    pub(crate) statuses: BTreeMap<String, i64>,
    /// The answer of `PRAGMA integrity_check`.
    pub(crate) integrity: String,
}

impl Database {
    pub(crate) fn read(path: &Path) -> Self {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        let integrity = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        let state = connection
            .prepare("SELECT key, CAST(data AS TEXT) FROM state")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let statuses = connection
            .prepare("SELECT id, status FROM instances")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        Self { state, statuses, integrity }
    }

    /// How many pieces of an item are left.
    pub(crate) fn left(&self, item: &str) -> u32 {
        let item: InventoryItem = serde_json::from_str(&self.state[item]).unwrap();
        item.quantity
    }

    /// The amounts that were booked for an order: `payment` or `refund`.
    pub(crate) fn booked(&self, effect: &str, order: &str) -> Vec<u64> {
        let entries = self.entries(effect).map(|json| serde_json::from_str::<Receipt>(json).unwrap());
        entries.filter(|receipt| receipt.request_id == order).map(|receipt| receipt.amount).collect()
    }

    /// How often something was booked: `payment`, `refund` or `stock`.
    pub(crate) fn count(&self, effect: &str) -> usize {
        self.entries(effect).count()
    }

    fn entries(&self, effect: &str) -> impl Iterator<Item = &String> {
        let prefix = format!("{effect}-");
        self.state.iter().filter(move |(key, _)| key.starts_with(&prefix)).map(|(_, json)| json)
    }
}
