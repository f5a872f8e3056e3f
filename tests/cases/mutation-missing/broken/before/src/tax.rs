/// Tax in cents.
pub fn tax(total: u64) -> u64 {
    total * 19 / 100
}
