pub fn a() -> u32 {
    2
}
