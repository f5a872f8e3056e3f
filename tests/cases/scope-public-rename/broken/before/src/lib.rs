pub fn parse(text: &str) -> usize {
    text.len()
}

pub fn print(size: usize) -> String {
    size.to_string()
}
