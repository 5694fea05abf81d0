//! An ordered map that can go back to an earlier state.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

/// A map that remembers what each change replaced, until it is told to forget.
#[derive(Debug)]
pub(super) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    replaced: Vec<(K, Option<V>)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), replaced: Vec::new() }
    }
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        let old = self.rows.insert(key.clone(), value);
        self.replaced.push((key, old));
    }

    pub(super) fn remove(&mut self, key: &K) {
        if let Some(old) = self.rows.remove(key) {
            self.replaced.push((key.clone(), Some(old)));
        }
    }

    pub(super) fn remove_range(&mut self, range: impl RangeBounds<K>) {
        let keys: Vec<K> = self.rows.range(range).map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.remove(&key);
        }
    }

    pub(super) fn range(&self, range: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.range(range)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    /// How many changes can be taken back: the mark to give to [`Table::back_to`].
    pub(super) fn changes(&self) -> usize {
        self.replaced.len()
    }

    pub(super) fn back_to(&mut self, changes: usize) {
        while self.replaced.len() > changes {
            match self.replaced.pop() {
                Some((key, Some(old))) => self.rows.insert(key, old),
                Some((key, None)) => self.rows.remove(&key),
                None => None,
            };
        }
    }

    pub(super) fn forget_changes(&mut self) {
        self.replaced.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_taken_back_in_reverse() {
        let mut table = Table::default();
        table.insert(1, "a");
        table.forget_changes();
        let mark = table.changes();
        table.insert(1, "b");
        table.remove(&1);
        table.insert(2, "c");
        table.back_to(mark);
        assert_eq!(table.iter().collect::<Vec<_>>(), [(&1, &"a")]);
    }
}
