pub fn total(prices: &[u32]) -> u32 {
    prices.iter().sum()
}

pub fn discount(total: u32, percent: u32) -> u32 {
    if percent > 100 {
        return 0;
    }
    let off = total * percent / 100;
    total - off
}
