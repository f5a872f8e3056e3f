//! A fee.

/// The fee.
pub fn fee(n: u32, rate: u32) -> u32 {
    n / rate
}
