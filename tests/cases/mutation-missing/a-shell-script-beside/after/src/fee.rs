//! Fees in cents.

/// What it costs to ship an order.
pub fn shipping(total: u64) -> u64 {
    if total >= 5_000 { 0 } else { 490 }
}

/// What is paid in the end.
pub fn due(total: u64, discount: u64) -> u64 {
    let rest = total - discount;
    if rest > 10_000 {
        return rest - 100;
    }
    rest + shipping(rest)
}
