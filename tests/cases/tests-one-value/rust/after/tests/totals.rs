use shop::totals::total;

#[test]
fn adds() {
    assert_eq!(total(&[1, 2]), 3);
}

#[test]
fn is_more() {
    assert!(total(&[1, 2]) > 2);
}
