//! The goods and the books, kept in Dapr's state store.

use crate::models::{InventoryItem, OrderError, Receipt};
use crate::state::{StateError, StateStore, Write};

/// What the shop sells, its prices in USD, and how much of it there is at first.
pub const BASE_STOCK: [(&str, u64, u32); 3] =
    [("paperclip", 5, 100), ("cars", 15_000, 100), ("computers", 500, 100)];

/// How often a write is tried that others come before. Each round at least one of them succeeds.
const ROUNDS_MAX: u32 = 50;

/// The goods, one key an item, and the books, one key an entry.
#[derive(Clone, Debug)]
pub struct Stock {
    state: StateStore,
}

impl Stock {
    /// The stock in a state store.
    pub fn new(state: StateStore) -> Self {
        Self { state }
    }

    /// Puts the items that are missing on the shelf, and returns their names.
    ///
    /// # Errors
    /// Any failure of the state store.
    pub async fn restock(&self) -> Result<Vec<&'static str>, OrderError> {
        let mut added = Vec::new();
        for (name, per_item_cost, quantity) in BASE_STOCK {
            let item = InventoryItem { item_name: name.to_owned(), per_item_cost, quantity };
            if self.state.insert(name, &item).await? {
                added.push(name);
            }
        }
        Ok(added)
    }

    /// One item, if the shop sells it.
    ///
    /// # Errors
    /// Any failure of the state store.
    pub async fn item(&self, name: &str) -> Result<Option<InventoryItem>, OrderError> {
        Ok(self.state.get(name).await?.map(|stored| stored.value))
    }

    /// Enters a receipt in the books under `key`, and returns what stands there: this one, or the same from a run
    /// before.
    ///
    /// # Errors
    /// Any failure of the state store.
    pub async fn book_once(&self, key: &str, receipt: Receipt) -> Result<Receipt, OrderError> {
        if self.state.insert(key, &receipt).await? {
            return Ok(receipt);
        }
        Ok(self.state.get(key).await?.map_or(receipt, |stored| stored.value))
    }

    /// Takes pieces off the shelf, once for each `key`: the new quantity and the key are written together or not at
    /// all. Returns the item as it was left.
    ///
    /// # Errors
    /// [`OrderError::OutOfStock`], and any failure of the state store.
    pub async fn take_once(&self, key: &str, name: &str, quantity: u32) -> Result<InventoryItem, OrderError> {
        for _ in 0..ROUNDS_MAX {
            // The shelf is read before the key: a run beside this one may take the goods in between, and then the
            // key must be seen, not an empty shelf.
            let shelf = self.state.get::<InventoryItem>(name).await?;
            if let Some(taken) = self.state.get(key).await? {
                return Ok(taken.value);
            }
            let out_of_stock = |left| OrderError::OutOfStock { item_name: name.to_owned(), left };
            let shelf = shelf.ok_or_else(|| out_of_stock(0))?;
            let left = shelf
                .value
                .quantity
                .checked_sub(quantity)
                .ok_or_else(|| out_of_stock(shelf.value.quantity))?;
            let item = InventoryItem { quantity: left, ..shelf.value };
            let writes = [Write::replace(name, &item, shelf.etag)?, Write::insert(key, &item)?];
            match self.state.transaction(writes).await {
                Ok(()) => return Ok(item),
                Err(StateError::Refused { .. }) => {}
                Err(lost) => return Err(lost.into()),
            }
        }
        Err(OrderError::Store(format!("{name} is in too much demand, try again later")))
    }
}
