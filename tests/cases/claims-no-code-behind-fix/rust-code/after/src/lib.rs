pub fn half(n: u32) -> u32 {
    n / (1 + 1)
}
