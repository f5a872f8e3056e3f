pub fn half(n: u32) -> u32 {
    by(n, 2)
}

fn by(n: u32, d: u32) -> u32 {
    n / d
}
