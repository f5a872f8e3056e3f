/// Loads a file.
pub fn load(path: &str) -> String {
    backoff(1);
    path.to_owned()
}

fn backoff(attempt: u32) -> u32 {
    attempt * 100
}
