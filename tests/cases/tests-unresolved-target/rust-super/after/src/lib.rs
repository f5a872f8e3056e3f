pub fn total(prices: &[u32]) -> u32 {
    prices.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::{mean, total};

    #[test]
    fn a_total_is_a_sum() {
        assert_eq!(total(&[1, 2]), 3);
    }

    #[test]
    fn a_mean_is_in_the_middle() {
        assert_eq!(mean(&[1, 3]), 2);
    }

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(super::median(&[1, 3, 9]), 3);
    }
}
