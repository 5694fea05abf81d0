//! What to make of several readings.

/// The reading in the middle: those that a busy machine spoiled do not count. NaN when there is none.
pub fn median(readings: Vec<f64>) -> f64 {
    percentile(readings, 0.5)
}

/// The reading below which `share` of them lie, `share` between 0 and 1. NaN when there is none.
pub fn percentile(mut readings: Vec<f64>, share: f64) -> f64 {
    readings.sort_by(f64::total_cmp);
    let index = (readings.len() as f64 * share) as usize;
    readings.get(index.min(readings.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// The median of the ratios of readings that were taken side by side.
pub fn median_ratio(above: &[f64], below: &[f64]) -> f64 {
    median(above.iter().zip(below).map(|(above, below)| above / below).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spoiled_reading_moves_no_median() {
        assert_eq!(median(vec![2.0, 900.0, 1.0]), 2.0);
        assert_eq!(median_ratio(&[4.0, 90.0, 6.0], &[2.0, 3.0, 3.0]), 2.0);
    }

    #[test]
    fn a_percentile_is_one_of_the_readings() {
        let readings: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(readings.clone(), 0.99), 100.0);
        assert_eq!(percentile(readings.clone(), 0.5), 51.0);
        assert_eq!(percentile(readings, 1.0), 100.0);
        assert!(percentile(Vec::new(), 0.5).is_nan());
    }
}
