pub fn price() -> u32 {
    1
}
