pub fn total(prices: &[u32]) -> u32 {
    prices.iter().sum()
}

pub fn discount(total: u32, percent: u32) -> u32 {
    if percent > 100 {
        return 0;
    }
    total - total * percent / 100
}
