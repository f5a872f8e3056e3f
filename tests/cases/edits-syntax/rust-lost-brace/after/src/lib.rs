pub fn half(n: u32) -> u32 {
    if n > 1 {
        return n / 2;
    n
}
