//! Sums.

/// The sum of some numbers.
pub fn total(numbers: &[i64]) -> i64 {
    numbers.iter().copied().fold(0, i64::saturating_add)
}

#[cfg(test)]
mod tests {
    #[test]
    fn sums() {
        assert_eq!(super::total(&[1, 2]), 3);
        assert_eq!(super::total(&[i64::MAX, 1]), i64::MAX);
    }
}
