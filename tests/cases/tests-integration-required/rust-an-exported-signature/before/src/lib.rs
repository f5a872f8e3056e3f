//! A fee.

/// The fee.
pub fn fee(n: u32) -> u32 {
    n / 50
}
