pub fn b() -> u32 {
    1
}
