//! A fee.

/// A third of it.
pub fn third(n: u32) -> u32 {
    n / 3
}
