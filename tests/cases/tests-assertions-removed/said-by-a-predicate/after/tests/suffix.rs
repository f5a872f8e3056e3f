use shop::suffix;

#[test]
fn a_suffix_has_eight_digits() {
    let first = suffix();
    let is_valid = |part: &str| {
        part.len() == 8 && part.chars().all(|c| c.is_ascii_hexdigit())
    };
    assert!(is_valid(&first));
}
