//! Many small things become one.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use dacapo::prelude::*;

use crate::fan_out::{count_words, work_on};

/// One line of a file to be imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its number in the file.
    pub line: u32,
    /// What it says.
    pub value: f64,
}

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Lines that are in.
    pub imported: u32,
    /// Lines that are not, and why.
    pub rejected: BTreeMap<u32, String>,
}

/// How far [`batch_import`] is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The first line that is not done.
    pub offset: u32,
    /// What happened so far.
    pub report: Report,
}

/// One sample of many.
pub const SAMPLE: Event<u64> = Event::new("sample");

/// Some lines of a file, from `offset` on.
#[activity(retry(max_attempts = 3, first_interval = "1s"))]
pub async fn read_page(file: String, offset: u32) -> Vec<Record> {
    let length = u32::try_from(file.len()).unwrap_or(u32::MAX);
    (offset..length.min(offset + 3)).map(|line| Record { line, value: f64::from(line) / 2.0 }).collect()
}

/// Stores one line.
#[activity]
pub async fn import(record: Record) -> Result<()> {
    if record.line % 4 == 3 {
        return Err(Error::with_type("BadLine", format!("line {} is no line", record.line)));
    }
    Ok(())
}

/// Collects events until there are enough or time is up.
#[workflow]
pub async fn aggregator(ctx: &WorkflowContext, wanted: usize, within: Duration) -> Result<u64> {
    let deadline = ctx.now() + within;
    let mut samples = Vec::with_capacity(wanted);
    while samples.len() < wanted {
        let left = deadline.duration_since(ctx.now()).unwrap_or_default();
        match SAMPLE.recv().timeout(left).await {
            Ok(sample) => samples.push(sample),
            Err(EventError::Elapsed) => break,
            Err(error) => warn!("{error}"),
        }
    }
    samples.sort_unstable();
    samples.dedup();
    Ok(samples.iter().sum())
}

/// Imports a file page by page; what cannot be imported is listed.
#[workflow]
pub async fn batch_import(file: String, progress: Progress) -> Result<Report> {
    let Progress { offset, mut report } = progress;
    let page = read_page(file.clone(), offset).await?;
    let Some(last) = page.last() else { return Ok(report) };
    let next = last.line + 1;
    let lines: Vec<u32> = page.iter().map(|record| record.line).collect();
    let outcomes = page.into_iter().map(import).buffered(2).await;
    for (line, outcome) in lines.into_iter().zip(outcomes) {
        match outcome {
            Ok(()) => report.imported += 1,
            Err(failure) => {
                report.rejected.insert(line, failure.details().message.clone());
            }
        }
    }
    let progress = Progress { offset: next, report };
    return batch_import(file, progress).continue_as_new().await;
}

/// A window that slides over a list of unknown length: the next begins when any is done.
#[workflow]
pub async fn sliding_window(parts: Vec<u64>, width: usize) -> Result<u64> {
    let squares = parts.into_iter().filter(|part| part % 2 == 1).map(work_on).buffered(width).await;
    let mut total = 0_u64;
    for square in squares {
        total = total.checked_add(square?).ok_or_else(|| Error::msg("that is too much"))?;
    }
    Ok(total)
}

/// Looks prices up in a table that came as input; a table may be asked, in any order.
#[workflow]
pub async fn invoice(prices: HashMap<String, u64>, items: Vec<(String, u64)>) -> Result<String> {
    let mut text = String::new();
    let mut total = 0;
    for (item, count) in &items {
        let price = prices.get(item).copied().unwrap_or_default();
        let line = work_on(count * price).await?;
        total += line;
        writeln!(text, "{item:<10} {count:>3} x {price:>6} = {line:>9}")?;
    }
    if prices.len() > items.len() && !prices.contains_key("discount") {
        write!(&mut text, "there is more to buy; ")?;
    }
    write!(text, "total {total}")?;
    Ok(text)
}

/// A histogram, printed by the words that are used most.
#[workflow]
pub async fn top_words(document: String, most: usize) -> Result<Vec<(String, u32)>> {
    let counts = count_words(document).await?;
    let mut ranked: Vec<_> = counts.iter().map(|(word, count)| (word.clone(), *count)).collect();
    ranked.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    ranked.truncate(most);
    Ok(ranked)
}
