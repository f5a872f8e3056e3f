/// Adds up.
pub fn digits(n: u32) -> u32 {
    n
}
