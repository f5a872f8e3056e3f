pub fn one() -> u32 {
    0
}
