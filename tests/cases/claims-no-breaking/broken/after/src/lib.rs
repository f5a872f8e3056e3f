pub fn half(n: u32, up: bool) -> u32 {
    n / 2 + u32::from(up)
}
