/// Loads a file.
pub fn load(path: &str) -> String {
    path.to_owned()
}

const LONGEST: u32 = 5_000;

fn backoff(attempt: u32) -> u32 {
    attempt * 100
}
