pub fn parse(text: &str) -> usize {
    text.trim().len()
}

pub fn parse_token(text: &str) -> usize {
    parse(text) + 1
}
