//! Histories and their ledgers, kept in memory within a budget of bytes.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::event::decode;
use super::ledger::Ledger;
use super::{Core, Time};
use crate::store::{Instance, InstanceKey, Result};

/// An instance with its history, as the store has it.
pub(super) struct Entry {
    pub(super) row: Instance,
    pub(super) ledger: Ledger,
    pub(super) history: Vec<Bytes>,
    /// The size of the encoded history.
    pub(super) bytes: usize,
}

impl Entry {
    /// Takes over what the ledger says; the caller writes the row.
    pub(super) fn refresh_row(&mut self, fallback: Time) {
        let (row, ledger) = (&mut self.row, &self.ledger);
        row.status = ledger.status();
        row.updated = ledger.updated.unwrap_or(fallback);
        row.started = ledger.started;
        row.completed = ledger.completed;
        row.version.clone_from(&ledger.version);
        row.start_seq = ledger.start_seq;
        row.completed_seq = ledger.completed_seq;
    }

    /// Keeps stored events in memory, too.
    pub(super) fn extend(&mut self, events: Vec<Bytes>) {
        self.bytes += events.iter().map(Bytes::len).sum::<usize>();
        self.history.extend(events);
    }

    fn cost(&self) -> usize {
        // What a ledger and the vectors take besides is of the order of the number of events.
        1024 + self.bytes + self.history.len() * 96
    }
}

/// Entries, the least recently used of which go first.
pub(super) struct Cache {
    entries: BTreeMap<InstanceKey, (u64, Entry)>,
    by_use: BTreeMap<u64, InstanceKey>,
    uses: u64,
    bytes: usize,
    bytes_max: usize,
}

impl Cache {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { entries: BTreeMap::new(), by_use: BTreeMap::new(), uses: 0, bytes: 0, bytes_max }
    }

    pub(super) fn get(&self, key: InstanceKey) -> Option<&Entry> {
        self.entries.get(&key).map(|(_, entry)| entry)
    }

    pub(super) fn row_mut(&mut self, key: InstanceKey) -> Option<&mut Instance> {
        self.entries.get_mut(&key).map(|(_, entry)| &mut entry.row)
    }

    /// Removes an entry: to change it, and put it back when the change is written.
    pub(super) fn take(&mut self, key: InstanceKey) -> Option<Entry> {
        let (used, entry) = self.entries.remove(&key)?;
        self.by_use.remove(&used);
        self.bytes -= entry.cost();
        Some(entry)
    }

    pub(super) fn put(&mut self, key: InstanceKey, entry: Entry) {
        self.take(key);
        self.uses += 1;
        self.bytes += entry.cost();
        self.by_use.insert(self.uses, key);
        self.entries.insert(key, (self.uses, entry));
        while self.bytes > self.bytes_max && self.entries.len() > 1 {
            let Some(oldest) = self.by_use.first_entry().map(|first| *first.get()) else { break };
            self.take(oldest);
        }
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.by_use.clear();
        self.bytes = 0;
    }
}

impl Core {
    /// Takes an instance out of the cache, or out of the store.
    pub(super) fn checkout(&mut self, key: InstanceKey) -> Result<Option<Entry>> {
        if let Some(entry) = self.cache.take(key) {
            return Ok(Some(entry));
        }
        let Some(row) = self.store.instance(key)? else { return Ok(None) };
        let history = self.store.history(key)?;
        let mut ledger = Ledger::default();
        for event in &history {
            ledger.apply(&decode(event)?);
        }
        let bytes = history.iter().map(Bytes::len).sum();
        Ok(Some(Entry { row, ledger, history, bytes }))
    }

    /// Makes sure that an instance is in the cache; false when there is no such instance.
    pub(super) fn load(&mut self, key: InstanceKey) -> Result<bool> {
        let Some(entry) = self.checkout(key)? else { return Ok(false) };
        self.cache.put(key, entry);
        Ok(true)
    }

    /// The row of an instance, without its history.
    pub(super) fn row(&mut self, key: InstanceKey) -> Result<Option<Instance>> {
        match self.cache.get(key) {
            Some(entry) => Ok(Some(entry.row.clone())),
            None => self.store.instance(key),
        }
    }

    /// Writes a row to the store and to the cache.
    pub(super) fn save_row(&mut self, key: InstanceKey, row: &Instance) -> Result<()> {
        self.store.update_instance(key, row)?;
        if let Some(cached) = self.cache.row_mut(key) {
            cached.clone_from(row);
        }
        Ok(())
    }
}
