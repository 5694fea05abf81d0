//! Suspended executions, kept between turns within a budget of bytes and time.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Keeps values by instance id: the least recently used go first when the budget is spent, and idle ones go anyway.
#[derive(Debug)]
pub(super) struct WarmCache<T> {
    entries: BTreeMap<String, Entry<T>>,
    /// The instances by the moment of their last use.
    order: BTreeMap<u64, String>,
    uses: u64,
    bytes: usize,
    bytes_max: usize,
    idle_max: Duration,
}

#[derive(Debug)]
struct Entry<T> {
    value: T,
    bytes: usize,
    used: u64,
    at: Instant,
}

impl<T> WarmCache<T> {
    pub(super) fn new(bytes_max: usize, idle_max: Duration) -> Self {
        Self { entries: BTreeMap::new(), order: BTreeMap::new(), uses: 0, bytes: 0, bytes_max, idle_max }
    }

    /// Takes what is kept for an instance: while a turn runs, nothing is.
    pub(super) fn take(&mut self, instance_id: &str) -> Option<T> {
        let entry = self.entries.remove(instance_id)?;
        self.order.remove(&entry.used);
        self.bytes -= entry.bytes;
        Some(entry.value)
    }

    /// Keeps a value of this size, unless it alone is over the budget.
    pub(super) fn keep(&mut self, instance_id: String, value: T, bytes: usize, now: Instant) {
        self.take(&instance_id);
        if bytes > self.bytes_max {
            return;
        }
        while self.bytes + bytes > self.bytes_max {
            self.drop_oldest();
        }
        self.uses += 1;
        self.bytes += bytes;
        self.order.insert(self.uses, instance_id.clone());
        self.entries.insert(instance_id, Entry { value, bytes, used: self.uses, at: now });
    }

    /// Drops what has not been used for too long.
    pub(super) fn expire(&mut self, now: Instant) {
        while self.idle_left(now) == Some(Duration::ZERO) {
            self.drop_oldest();
        }
    }

    /// How long until something is to be dropped for being idle.
    pub(super) fn idle_left(&self, now: Instant) -> Option<Duration> {
        let (_, oldest) = self.order.first_key_value()?;
        let entry = self.entries.get(oldest)?;
        Some(self.idle_max.saturating_sub(now.saturating_duration_since(entry.at)))
    }

    fn drop_oldest(&mut self) {
        if let Some((_, oldest)) = self.order.pop_first()
            && let Some(entry) = self.entries.remove(&oldest)
        {
            self.bytes -= entry.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_secs(60);

    fn cache(bytes_max: usize) -> WarmCache<u32> {
        WarmCache::new(bytes_max, IDLE)
    }

    fn keep(cache: &mut WarmCache<u32>, id: &str, bytes: usize) {
        cache.keep(id.to_owned(), 1, bytes, Instant::now());
    }

    #[test]
    fn what_is_kept_is_taken_once() {
        let mut cache = cache(10);
        keep(&mut cache, "a", 10);
        assert_eq!(cache.take("a"), Some(1));
        assert_eq!(cache.take("a"), None);
        assert_eq!(cache.bytes, 0);
        assert!(cache.order.is_empty());
    }

    #[test]
    fn the_budget_holds_to_the_byte() {
        let mut cache = cache(10);
        keep(&mut cache, "a", 5);
        keep(&mut cache, "b", 5);
        assert_eq!(cache.entries.len(), 2);
        keep(&mut cache, "c", 1);
        assert_eq!((cache.entries.len(), cache.bytes), (2, 6));
        assert_eq!(cache.take("a"), None);
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut cache = cache(10);
        keep(&mut cache, "a", 5);
        keep(&mut cache, "b", 5);
        let a = cache.take("a").unwrap();
        cache.keep("a".to_owned(), a, 5, Instant::now());
        keep(&mut cache, "c", 5);
        assert_eq!((cache.take("a"), cache.take("b"), cache.take("c")), (Some(1), None, Some(1)));
    }

    #[test]
    fn a_value_over_the_budget_is_not_kept_and_drives_out_nobody() {
        let mut cache = cache(10);
        keep(&mut cache, "a", 10);
        keep(&mut cache, "b", 11);
        assert_eq!((cache.take("b"), cache.take("a")), (None, Some(1)));
    }

    #[test]
    fn a_new_value_replaces_the_old_one_of_its_instance() {
        let mut cache = cache(10);
        keep(&mut cache, "a", 10);
        keep(&mut cache, "a", 4);
        assert_eq!((cache.bytes, cache.order.len()), (4, 1));
    }

    #[test]
    fn idle_values_go_and_used_ones_stay() {
        let mut cache = cache(10);
        let start = Instant::now();
        cache.keep("a".to_owned(), 1, 1, start);
        cache.keep("b".to_owned(), 1, 1, start + Duration::from_secs(1));
        cache.expire(start + IDLE - Duration::from_nanos(1));
        assert_eq!(cache.entries.len(), 2);
        assert_eq!(cache.idle_left(start + IDLE - Duration::from_secs(1)), Some(Duration::from_secs(1)));
        cache.expire(start + IDLE);
        assert_eq!((cache.take("a"), cache.take("b")), (None, Some(1)));
        assert_eq!(cache.idle_left(start), None);
    }

    #[test]
    fn a_budget_of_nothing_keeps_nothing() {
        let mut cache = cache(0);
        keep(&mut cache, "a", 1);
        assert_eq!(cache.take("a"), None);
    }
}
