/// How long to wait.
pub fn wait(attempt: u32) -> u32 {
    (attempt * 100).min(5_000)
}
