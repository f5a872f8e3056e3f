use shop::suffix;

#[test]
fn a_suffix_has_eight_digits() {
    let first = suffix();
    assert_eq!(first.len(), 8);
}
