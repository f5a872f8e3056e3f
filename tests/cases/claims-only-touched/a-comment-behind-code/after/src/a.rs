pub fn a() -> u32 {
    1 // one
}
