// handles the timeout
pub fn a() -> u32 {
    1
}
