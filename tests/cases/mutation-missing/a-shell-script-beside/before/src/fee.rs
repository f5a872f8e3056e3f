//! Fees in cents.

/// What it costs to ship an order.
pub fn shipping(total: u64) -> u64 {
    if total >= 5_000 { 0 } else { 490 }
}
