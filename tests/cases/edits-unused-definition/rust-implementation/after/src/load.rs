/// Loads a file.
pub fn load(path: &str) -> String {
    path.to_owned()
}

const LONGEST: u32 = 5_000;

struct Wait(u32);

impl std::fmt::Display for Wait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How long to wait.
pub fn wait() -> String {
    Wait(LONGEST).to_string()
}
