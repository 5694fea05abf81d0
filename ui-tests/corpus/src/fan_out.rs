//! Many at once, and what becomes of their results.

use std::collections::BTreeMap;

use dacapo::prelude::*;

/// How long a word is.
#[activity]
pub async fn word_length(word: String) -> usize {
    word.chars().count()
}

/// The words of a document and how often each is there.
#[activity]
pub async fn count_words(document: String) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for word in document.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}

/// The files of a folder.
#[activity]
pub async fn list_files(folder: String) -> Vec<String> {
    ["a.txt", "b.txt", "notes/c.txt"].map(|file| format!("{folder}/{file}")).to_vec()
}

/// Copies a file into the backup and returns its size in bytes.
#[activity(retry(max_attempts = 5, first_interval = "2s", backoff = 2.0))]
pub async fn copy_to_backup(path: String) -> u64 {
    path.len() as u64
}

/// What a supplier asks for an item, in cents.
#[activity]
pub async fn quote(supplier: String, item: String) -> Result<u64> {
    if supplier.is_empty() {
        return Err(Error::with_type("NoSupplier", "a supplier has a name"));
    }
    Ok(100 * supplier.len() as u64 + item.len() as u64)
}

/// A bill for the work of one part.
#[activity]
pub async fn work_on(part: u64) -> u64 {
    part * part
}

/// The shortest word: one activity a word, then one look at all results.
#[workflow]
pub async fn shortest_word(words: Vec<String>) -> Result<Option<String>> {
    let lengths = words.iter().cloned().map(word_length).collect::<Vec<_>>().await;
    let mut shortest: Option<(usize, &String)> = None;
    for (length, word) in lengths.into_iter().zip(&words) {
        let length = length?;
        if shortest.is_none_or(|(best, _)| length < best) {
            shortest = Some((length, word));
        }
    }
    Ok(shortest.map(|(_, word)| word.clone()))
}

/// Copies all files of a site and sums up their sizes.
#[workflow]
pub async fn backup_site(root: String) -> Result<u64> {
    let files = list_files(root).await?;
    info!("{} files to copy", files.len());
    let copies: Vec<_> = files.into_iter().map(copy_to_backup).collect();
    let sizes = all(copies).await?;
    Ok(sizes.iter().sum())
}

/// Map and reduce: the reduction is code of the workflow.
#[workflow]
pub async fn word_count(documents: Vec<String>) -> Result<BTreeMap<String, u32>> {
    let mut total = BTreeMap::new();
    for counts in documents.into_iter().map(count_words).buffered(4).await {
        for (word, count) in counts? {
            *total.entry(word).or_default() += count;
        }
    }
    Ok(total)
}

/// Three suppliers are asked at once; who fails is left out.
#[workflow]
pub async fn cheapest_quote(item: String) -> Result<Option<(String, u64)>> {
    const SUPPLIERS: [&str; 3] = ["Acme", "", "Zenith & Co"];
    let quotes = SUPPLIERS.map(|supplier| quote(supplier.to_owned(), item.clone())).await;
    let offers = SUPPLIERS.iter().zip(quotes).filter_map(|(supplier, quote)| match quote {
        Ok(price) => Some(((*supplier).to_owned(), price)),
        Err(failure) => {
            warn!(supplier, %failure, "no quote");
            None
        }
    });
    Ok(offers.min_by_key(|(_, price)| *price))
}

/// Different calls at once: a tuple.
#[workflow]
pub async fn dashboard(user: String) -> Result<(usize, u64, Vec<String>)> {
    let (length, size, files) = (word_length(user.clone()), work_on(7), list_files(user)).await;
    Ok((length?, size?, files?))
}

/// Work in batches: all of one before the next begins.
#[workflow]
pub async fn in_batches(ctx: &WorkflowContext, parts: Vec<u64>, size: usize) -> Result<u64> {
    let mut sum = 0;
    for (number, batch) in parts.chunks(size.max(1)).enumerate() {
        let done = batch.iter().copied().map(work_on).collect::<Vec<_>>().await;
        sum += done.into_iter().sum::<Result<u64, _>>()?;
        debug!(instance = ctx.instance_id(), number, sum, "a batch is done");
    }
    Ok(sum)
}

/// Begins everything, does something else meanwhile, and takes the results as they are needed.
#[workflow]
pub async fn started_early(ctx: &WorkflowContext, parts: Vec<u64>) -> Result<u64> {
    let handles: Vec<_> = parts.iter().map(|part| ctx.start(work_on(*part))).collect();
    let name_length = word_length(ctx.name().to_owned()).await? as u64;
    let mut sum = name_length;
    for handle in handles {
        sum += handle.await?;
    }
    Ok(sum)
}

/// The first two answers of many; the others are not waited for.
#[workflow]
pub async fn fastest_two(suppliers: Vec<String>, item: String) -> Result<Vec<u64>> {
    let mut waiting: Vec<_> = suppliers.into_iter().map(|supplier| quote(supplier, item.clone())).collect();
    let mut answers = Vec::new();
    while answers.len() < 2 && !waiting.is_empty() {
        let (winner, answer) = race(vec![waiting.swap_remove(0)]).await;
        debug!("number {winner} answers");
        answers.extend(answer.ok());
    }
    Ok(answers)
}
