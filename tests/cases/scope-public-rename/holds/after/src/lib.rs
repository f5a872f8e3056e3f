pub fn parse(text: &str) -> usize {
    text.trim().len()
}

pub fn print(size: usize) -> String {
    size.to_string()
}
