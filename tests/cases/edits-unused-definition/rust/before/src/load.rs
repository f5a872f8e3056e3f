/// Loads a file.
pub fn load(path: &str) -> String {
    path.to_owned()
}
