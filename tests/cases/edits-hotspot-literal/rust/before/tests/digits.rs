#[test]
fn digits_are_added_up() {
    assert_eq!(digits::digits(4711), 998);
}
