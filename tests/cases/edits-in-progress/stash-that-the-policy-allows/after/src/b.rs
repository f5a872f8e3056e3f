pub fn b() -> u32 {
    2
}
