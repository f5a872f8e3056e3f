pub fn half(n: u32) -> u32 {
    n / 2
}

pub fn third(n: u32) -> u32 {
    n / 3
}
