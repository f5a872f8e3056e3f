pub fn total(prices: &[u32]) -> u32 {
    prices.iter().sum()
}

#[cfg(test)]
mod tests {
    use crate::prices;

    #[test]
    fn prices_add_up() {
        assert_eq!(super::total(&prices![1, 2]), 3);
    }
}
