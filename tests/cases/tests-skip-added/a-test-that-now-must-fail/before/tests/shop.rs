use shop::total;

#[test]
fn adds() {
    assert_eq!(total(&[1, 2]), 3);
}
